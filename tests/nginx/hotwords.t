#!/usr/bin/perl

# Hotwords and libraries of words, from the request to the result: what is
# heard, what is found in it, which libraries an account has.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrHttp qw(json_decode json_encode);
use AsrIce;
use AsrTest;

my @demo = (access_key_id => 'LTAIdemo', access_key_secret => 'topsecret-1');
my $accounts = AsrTest::default_accounts();

push @{ $accounts->{accounts}[0]{keys} }, {@demo};

my $t = AsrTest->new(accounts => $accounts);

mkdir "$t->{prefix}/oss";
$t->write_file('oss/a.wav', speech_file('0880'));

# "he was not an ill disposed young man", of which the middle is not heard

my @libraries = (
    { id => 'kw-1', name => 'People', type => 'keywords',
      words => ['Young Man', 'woman', 'Ill-disposed|9'] },
    { id => 'kw-2', type => 'keywords', words => ['nobody'] },
    { id => 'kw-other', type => 'keywords', account => 'other',
      words => ['man'] },
    { id => 'hot-1', type => 'hotwords', account => 'demo',
      words => ['Ill-Disposed|7'] },
);

my $conf = <<'EOC';
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 1;
    asr_libraries %%PREFIX%%/libraries.json;
    asr_oss example-bucket=%%PREFIX%%/oss;
    server {
        listen 127.0.0.1:%%PORT%%;
        location / { asr tencent ice; }
    }
}
EOC


# What nginx -t says of a file.

sub refuses
{
    my ($what, $text, $like) = @_;

    $t->write_file('libraries.json', ref $text ? json_encode($text) : $text);
    my ($status, $said) = $t->conf($conf)->check_conf;

    ok($status != 0, "$what is refused");
    like($said, qr/\[emerg\].*libraries\.json.*$like/, "$what: told so");
}

refuses('not JSON', '{', qr/not valid JSON/);
refuses('another type', { libraries => [{ %{ $libraries[0] },
                                          type => 'words' }] },
        qr/library 1: "type" must be/);
refuses('an id twice', { libraries => [@libraries, $libraries[1]] },
        qr/library 5: "id" "kw-2" is duplicate/);
refuses('an account that is not there',
        { libraries => [{ %{ $libraries[2] }, account => 'othre' }] },
        qr/"kw-other": there is no account "othre"/);

$t->write_file('libraries.json', json_encode({ libraries => \@libraries }));
$t->conf($conf)->run;

my $c = $t->client;
my $data = encode_base64(speech_file('0880'), '');


sub recognised
{
    my ($what, %params) = @_;
    my $r = $c->tc3('CreateRecTask',
        AsrClient::rec_task($data, ResTextFormat => 2, %params));
    my $id = $r->{json}{Response}{Data}{TaskId};

    ok($id, "$what: taken") or diag($r->{body});

    my $d = $c->tc3_wait($id, 90 * slow())->{json}{Response}{Data};

    is($d->{StatusStr}, 'success', "$what: success");

    return ($d->{Result}, $d);
}

my ($before) = recognised('without');

unlike($before, qr/disposed/, 'without hotwords it is not heard');

my ($with, $d) = recognised('with hotwords',
    HotwordList => "ill-disposed|8, Sintra|5,\xe8\xaf\xad|11",
    KeyWordLibIdList => ['kw-2', 'kw-1']);

like($with, qr/ill-disposed/, 'with them it is');
unlike($with, qr/Sintra/, 'and what was not said is not');
is_deeply([map { $_->{KeyWordResults} } @{ $d->{ResultDetail} }],
    [[{ KeyWordLibID => 'kw-1', KeyWordLibName => 'People',
        KeyWords => ['Young Man', 'Ill-disposed'] }]],
    'keywords that were said, as the library writes them');

my ($after, $plain) = recognised('the next one');

is($after, $before, 'the next task knows nothing of them');
ok(exists $plain->{ResultDetail}[0]{KeyWordResults}
   && !defined $plain->{ResultDetail}[0]{KeyWordResults},
   'KeyWordResults is null without libraries');


# libraries that are not there, or another's

for my $id (qw(kw-3 kw-other hot-1)) {
    my $r = $c->tc3('CreateRecTask',
        AsrClient::rec_task($data, KeyWordLibIdList => ['kw-1', $id]));

    is($r->{json}{Response}{Error}{Code}, 'InvalidParameterValue',
       "$id is refused (T-029)");
}


# document 003

my $ice = AsrIce->new($t->port, @demo);

sub submit
{
    my ($library) = @_;

    return $ice->acs3('SubmitASRJob', {
        InputFile => 'oss://example-bucket/a.wav',
        EditingConfig => json_encode({ HotwordLibraryIdList => $library }) });
}

my $r = submit('hot-1');

ok($r->{json}{JobId}, 'ice: taken') or diag($r->{body});
$r = $ice->wait_job($r->{json}{JobId}, 90 * slow());
like($r->{body}, qr/Ill-Disposed/, 'ice: heard by its library');

$r = submit('kw-1');
is($r->{json}{Code}, 'InvalidParameter', 'ice: no such library (I-025)');

done_testing();
