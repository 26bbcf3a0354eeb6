#!/usr/bin/perl

# Misuse of each directive is told by name and value; good use is accepted.

use strict;
use warnings;

use Test::More;

use AsrTest;

my $t = AsrTest->new;

$t->write_file('secret', "0123456789abcdef\n");
$t->write_file('libs', '{"libraries":[]}');
$t->write_file('short', "0123456789abcde\n");
$t->write_file('names', "London\n");


# The configuration with directives put into http and into a location.

sub check
{
    my ($http, $location) = @_;

    $location //= 'asr u2 tencent;';
    $t->conf(<<"EOF");
%%GLOBALS%%
events {}
http {
    %%PATHS%%
    $http
    server {
        listen 127.0.0.1:%%PORT%%;
        location / { $location }
        location = /asr/status { asr_status; }
        location = /asr/metrics { asr_metrics; }
    }
}
EOF

    return $t->check_conf;
}


my %good = (
    asr_store => 'sqlite:%%PREFIX%%/asr.db',
    asr_spool => '%%PREFIX%%/spool',
    asr_accounts => '%%PREFIX%%/accounts.json',
);
my $helper = '%%PREFIX%%/asr-decode';


sub with
{
    my (%d) = @_;

    %d = (%good, asr_decode => $helper, %d);

    return join "\n    ", map { "$_ $d{$_};" } grep { defined $d{$_} }
                          sort keys %d;
}


sub accepts
{
    my ($what, @args) = @_;
    my ($rc, $said) = check(@args);

    is($rc, 0, "accepts $what") or diag($said);
}


sub refuses
{
    my ($what, $pattern, @args) = @_;
    my ($rc, $said) = check(@args);

    ok($rc != 0 && $said =~ /\[emerg\][^\n]*$pattern/, "refuses $what")
        or diag($said);
}


my $model = '/usr/share/pocketsphinx/model/en-us';

accepts('what is needed', with());
accepts('all there is', with(
    asr_zone => 'zone=asr:1m',
    asr_store => "$good{asr_store} queue=100",
    asr_spool => "$good{asr_spool} min_free=10m",
    asr_threads => 'auto',
    asr_model => "en hmm=$model/en-us "
                 . "lm=$model/en-us.lm.bin,$model/en-us-phone.lm.bin "
                 . "dict=$model/cmudict-en-us.dict effort=best",
    asr_engine => '16k_zh en',
    asr_engine_default => 'en',
    asr_decode => $helper,
    asr_names => '%%PREFIX%%/names',
    asr_retention => 'tasks=1d files=2h',
    asr_oss => 'a=/var/lib/a; asr_oss b=https://h/b/',
    asr_media => '/var/lib/media',
    asr_fetch_allow => '127.0.0.1 10.0.0.0/8 ::1 fd00::/8 media.example.org',
    asr_fetch_limits => 'size=10m time=5m stall=10s',
    asr_webhook_secret => '%%PREFIX%%/secret',
    asr_libraries => '%%PREFIX%%/libs',
    asr_tencent_service_strict => 'on'));
accepts('no names', with(asr_names => 'off'));
accepts('no threads, nor a helper',
        with(asr_threads => 0, asr_decode => '/nonexistent'));
accepts('one API alone', with(), 'asr u2;');

for my $case (
    [asr_zone => 'zone=asr', 'asr'], [asr_zone => 'asr:1m', 'asr:1m'],
    [asr_zone => 'zone=:1m', ':1m'], [asr_zone => 'zone=asr:x', 'asr:x'],
    [asr_zone => 'zone=asr:1k', 'asr:1k'],
    [asr_zone => 'zone=asr:-1m', 'asr:-1m'],
    [asr_store => 'mysql://x', 'mysql'], [asr_store => 'sqlite:', 'sqlite:'],
    [asr_store => 'sqlite:/a queue=0', 'queue=0'],
    [asr_store => 'sqlite:/a queue=x', 'queue=x'],
    [asr_store => 'sqlite:/a q=1', 'q=1'],
    [asr_spool => '/a min_free=x', 'min_free=x'],
    [asr_spool => '/a free=1m', 'free=1m'],
    [asr_accounts => '/nonexistent/accounts', '/nonexistent/accounts'],
    [asr_libraries => '/nonexistent/libs', '/nonexistent/libs'],
    [asr_libraries => '%%PREFIX%%/secret', 'secret: not valid JSON'],
    [asr_threads => 'x', 'x'], [asr_threads => '-1', '-1'],
    [asr_threads => '5000', '5000'],
    [asr_model => 'en effort=fastest', 'effort=fastest'],
    [asr_model => 'en hmm=/nonexistent', '/nonexistent'],
    [asr_model => 'en lm=,', 'empty path in "," in'],
    [asr_model => "en lm=$model/en-us.lm.bin,", 'empty path in'],
    [asr_model => "en lm=$model/en-us.lm.bin,/none", 'lm "/none"'],
    [asr_model => 'en lm=' . join(',', ("$model/en-us.lm.bin") x 9),
     'more than 8 language models'],
    [asr_model => 'en lm=', 'lm='], [asr_model => 'en x=1', 'x=1'],
    [asr_engine => '16k_en nomodel', 'nomodel'],
    [asr_engine_default => 'nomodel', '"nomodel" in "asr_engine_default"'],
    [asr_decode => '/nonexistent', '/nonexistent'],
    [asr_decode => '/', '"/"'],
    [asr_decode => '%%PREFIX%%/accounts.json', 'accounts.json'],
    [asr_names => '/nonexistent/names', '/nonexistent/names'],
    [asr_names => '/', 'no file'], [asr_names => 'off x', 'arguments'],
    [asr_retention => 'tasks=x', 'tasks=x'],
    [asr_fetch_allow => '10.0.0.1/8', '10.0.0.1/8'],
    [asr_fetch_allow => '::1 10.0.0.0/33', '10.0.0.0/33'],
    [asr_fetch_allow => 'http://a/', 'http://a/'],
    [asr_fetch_allow => join(' ', ('a.example') x 65), 'too many'],
    [asr_fetch_limits => 'size=2g', 'size=2g'],
    [asr_fetch_limits => 'size=0', 'size=0'],
    [asr_fetch_limits => 'time=500ms', 'time=500ms'],
    [asr_fetch_limits => 'stall=x', 'stall=x'],
    [asr_fetch_limits => 'stall', 'stall'],
    [asr_webhook_secret => '%%PREFIX%%/none', 'none'],
    [asr_webhook_secret => '%%PREFIX%%/short', '16 to 4096'],
    [asr_retention => 'tasks=0', 'tasks=0'],
    [asr_retention => 'all=1h', 'all=1h'],
    [asr_oss => 'a', '"a"'], [asr_oss => '=/x', '=/x'],
    [asr_oss => 'a=x', 'a=x'], [asr_oss => 'a=ftp://h', 'ftp'],
    [asr_oss => 'a=', 'a='], [asr_media => 'x', '"x"'],
    [asr_media => 'http://', 'http'],
    [asr_oss => 'a=/x; asr_oss a=/y', 'duplicate'],
    [asr_media => '/x; asr_media /y', 'duplicate'],
    [asr_tencent_service_strict => 'yes', 'yes'])
{
    my ($name, $value, $says) = @$case;

    refuses("$name $value", '"?[^\n]*' . quotemeta $says,
            with($name => $value));
}

# twice

for my $name (qw(asr_zone asr_store asr_spool asr_accounts asr_threads
                 asr_engine_default asr_decode asr_names asr_libraries))
{
    my %value = (%good, asr_zone => 'zone=a:1m', asr_threads => 1,
                 asr_engine_default => 'en', asr_decode => $helper,
                 asr_names => 'off', asr_libraries => '%%PREFIX%%/libs');

    refuses("$name twice", 'duplicate',
            with($name => "$value{$name}; $name $value{$name}"));
}

refuses('a model twice', '"en"', with(asr_model => 'en; asr_model en'));
refuses('an engine twice', 'duplicate',
        with(asr_engine => 'a en; asr_engine a en'));

# missing

refuses("no $_", "need \"$_\"", with($_ => undef)) for sort keys %good;

# locations

refuses('an unknown API', '"u3"', with(), 'asr u3;');
refuses('an API twice', '"u2"', with(), 'asr u2 u2;');
refuses('no API', '"asr"', with(), 'asr;');
refuses('two lists of APIs', 'duplicate', with(), 'asr u2; asr tencent;');
refuses('asr_status with a value', '"asr_status"', with(), 'asr_status on;');
refuses('asr in server', '"asr"', with() . ' asr u2;');

# a zone of that name for something else

refuses('a zone of another module', '"asr"',
        with(asr_zone => 'zone=asr:1m') . "\n    limit_req_zone "
        . '$binary_remote_addr zone=asr:1m rate=1r/s;');

# the accounts file: told where, and never a secret

for my $case (['not JSON', '{'], ['not an object', '[]'],
              ['unknown field', '{"accounts":[],"x":1}'],
              ['no name', '{"accounts":[{"keys":[{"bearer":"hush-1"}]}]}'],
              ['bad status', '{"accounts":[{"name":"a","status":"odd",'
                             . '"keys":[{"bearer":"hush-1"}]}]}'],
              ['bad limit', '{"accounts":[{"name":"a","app_id":1,"keys":'
                            . '[{"bearer":"hush-1"}],"limits":'
                            . '{"u2.create":"20/h"}}]}'],
              ['a limit of no action', '{"accounts":[{"name":"a","keys":'
                                       . '[{"bearer":"hush-1"}],"limits":'
                                       . '{"u2.creat":"20r/m"}}]}'],
              ['a limit of no API', '{"accounts":[{"name":"a","keys":'
                                    . '[{"bearer":"hush-1"}],"limits":'
                                    . '{"u3.create":"20r/m"}}]}'],
              ['a key twice', '{"accounts":[{"name":"a","app_id":1,"keys":'
                              . '[{"bearer":"hush-1"},{"bearer":"hush-1"}]}]}'],
              ['an empty key', '{"accounts":[{"name":"a","app_id":1,"keys":'
                               . '[{"bearer":""}]}]}'])
{
    my ($what, $text) = @$case;

    $t->write_file('bad.json', $text);
    refuses("accounts: $what", 'bad\.json',
            with(asr_accounts => '%%PREFIX%%/bad.json'));
    unlike(($t->check_conf)[1], qr/hush/, "accounts: $what: no secret");
}

done_testing();
