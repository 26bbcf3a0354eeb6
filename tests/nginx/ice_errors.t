#!/usr/bin/perl

# ICE's envelope for every refusal, nginx's own too; nonces over workers and
# reloads; a zone that is full of them.

use strict;
use warnings;

use Test::More;

use AsrIce;
use AsrTest;

my @demo = (access_key_id => 'LTAIdemo', access_key_secret => 'topsecret-1');
my $accounts = AsrTest::default_accounts('ice.ListSmartJobs' => 'off');

push @{ $accounts->{accounts}[0]{keys} }, {@demo};
push @{ $accounts->{accounts} },
    { name => 'few', limits => { 'ice.ListSmartJobs' => '2r/m' },
      keys => [{ access_key_id => 'LTAIfew', access_key_secret => 'few' }] };

my $t = AsrTest->new(accounts => $accounts)->conf(<<'EOC')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        large_client_header_buffers 2 4k;
        location / { asr ice; }
        location = /asr/status { asr_status; }
    }
}
EOC

my $c = AsrIce->new($t->port, @demo);
my $r;


sub refused
{
    my ($r, $what, $status, $code) = @_;

    is($r->{status}, $status, "$what: $status") or diag($r->{body});
    is($r->{headers}{'content-type'}, 'application/json;charset=utf-8',
       "$what: JSON");
    is($r->{json}{Code}, $code, "$what: $code") or diag($r->{body});
    like($r->{json}{RequestId}, qr/^[0-9A-F-]{36}$/, "$what: RequestId");
    ok($r->{json}{Message}, "$what: Message");
    unlike($r->{body}, qr/<html|topsecret/, "$what: neither HTML nor secret");
}


# who asks, and when

refused($c->acs3('ListSmartJobs', {}, id => 'nobody'), 'no such key',
        404, 'InvalidAccessKeyId.NotFound');
refused($c->acs3('ListSmartJobs', {}, secret => 'wrong'), 'a wrong secret',
        400, 'SignatureDoesNotMatch');
refused($c->v1('ListSmartJobs', {}, secret => 'wrong'), 'v1, a wrong secret',
        400, 'SignatureDoesNotMatch');
refused($c->acs3('ListSmartJobs', {}, skew => -7200), 'two hours ago',
        400, 'InvalidTimeStamp.Expired');
refused($c->v1('ListSmartJobs', {}, skew => 7200), 'in two hours',
        400, 'InvalidTimeStamp.Expired');
refused($c->acs3('Nonsense', {}), 'no such action',
        404, 'InvalidAction.NotFound');
refused($c->acs3('SubmitASRJob', {}), 'without InputFile',
        400, 'MissingParameter');

# what nginx refuses by itself

refused($c->raw("GET / HTTP/1.1\r\nHost: h\r\nX\x00: y\r\n\r\n"),
        'a broken header', 400, 'InvalidParameter.Format');
refused($c->request('GET', '/?Action=SubmitASRJob&a=' . 'a' x 5000),
        'a long line', 414, 'InvalidParameter');
refused($c->request('DELETE', '/'), 'another method',
        400, 'UnsupportedHTTPMethod');
refused($c->request('POST', '/', body => 'a' x 20000, headers =>
                    ['Content-Type', 'application/x-www-form-urlencoded']),
        'a large body', 413, 'InvalidParameter');

$r = $c->request('GET', '/?Format=XML&Action=SubmitASRJob');
is("$r->{status} $r->{headers}{'content-type'}", '400 text/xml;charset=utf-8',
   'XML when asked for');
like($r->{body}, qr{<Error>.*<Code>MissingAccessKeyId</Code>},
     'XML: the code');

# a nonce is good once, whichever worker sees it, and after a reload

my $bytes = $c->acs3_bytes('ListSmartJobs', {});
my @r = $c->parallel(($bytes) x 20);

is(scalar(grep { $_->{status} == 200 } @r), 1, 'one of twenty is let in');
is(scalar(grep { ($_->{json}{Code} // '') eq 'SignatureNonceUsed' } @r), 19,
   'the others are replays');

my @old = $t->reload;
ok($t->gone(30 * slow(), @old), 'reloaded');
refused($c->raw($bytes), 'a replay after a reload',
        400, 'SignatureNonceUsed');

my $status = $c->request('GET', '/asr/status')->{json};
cmp_ok($status->{zone}{nonces}, '>', 0, 'nonces are counted');
is($status->{zone}{nonces_refused}, 0, 'none was refused for want of room');

# the rate

my $few = AsrIce->new($t->port, access_key_id => 'LTAIfew',
                      access_key_secret => 'few');

is($few->acs3('ListSmartJobs', {})->{status}, 200, 'the first') for 1 .. 2;
$r = $few->acs3('ListSmartJobs', {});
refused($r, 'over the rate', 400, 'Throttling.User');
like($r->{headers}{'x-acs-retry-after'}, qr/^[1-9]\d{0,4}$/,
     'when to come again');

$t->stop;

# half of a small zone: when it is full nothing passes unseen

$t = AsrTest->new(accounts => $accounts)->conf(<<'EOC');
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        location / { asr ice; }
    }
}
EOC

my $conf = AsrTest::slurp("$t->{prefix}/nginx.conf");
$conf =~ s/zone=asr:4m/zone=asr:64k/;
$t->write_file('nginx.conf', $conf)->run;
$c = AsrIce->new($t->port, @demo);

my %n;

$n{ $c->acs3('ListSmartJobs', {})->{json}{Code} // 'none' }++ for 1 .. 300;

cmp_ok($n{none}, '>', 20, 'a small zone: room for some');
is($n{none} + ($n{Throttling} // 0), 300, 'the others are refused')
    or diag(join ' ', %n);
cmp_ok($n{Throttling}, '>', 0, 'which are some, too');

$t->stop;
done_testing();
