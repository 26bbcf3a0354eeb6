#!/usr/bin/perl

# Document 001: what is refused, by which code; always HTTP 200.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $accounts = AsrTest::default_accounts();
my %create = (disabled => 'FailedOperation.CheckAuthInfoFailed',
              isolated => 'FailedOperation.ServiceIsolate',
              no_amount => 'FailedOperation.UserHasNoAmount',
              no_free_amount => 'FailedOperation.UserHasNoFreeAmount',
              not_registered => 'FailedOperation.UserNotRegistered');

push @{ $accounts->{accounts} }, map {
    { name => $_, app_id => 1300000009, status => $_,
      keys => [{ secret_id => "AKID$_", secret_key => "secret-of-$_" }] }
} sort keys %create;

push @{ $accounts->{accounts} },
    { name => 'temporary', app_id => 1300000008, status => 'active',
      keys => [{ secret_id => 'AKIDtemp', secret_key => 'secret-of-temp',
                 token => 'token-of-temp' }] };

my $t = AsrTest->new(accounts => $accounts)->conf(<<'EOF')->run;
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        location / { asr tencent; }
    }
}
EOF

my $c = $t->client;
my $data = encode_base64(wav_cut('0880', 0, 1200), '');
my $good = AsrClient::rec_task($data);


sub refused
{
    my ($r, $code, $what) = @_;

    is("$r->{status} " . AsrClient::tc3_code($r), "200 $code", $what)
        or diag($r->{body});
    ok(length($r->{json}{Response}{Error}{Message} // ''), "$what: Message");
    like($r->{json}{Response}{RequestId} // '', qr/^[0-9a-f-]{36}$/,
         "$what: RequestId");
    is($r->{headers}{'content-type'}, 'application/json', "$what: type");
}


# authentication

my $now = time;
my $bad = 'AuthFailure.InvalidAuthorization';

for my $case (
    ['unknown id', 'AuthFailure.SecretIdNotFound', id => 'AKIDnobody'],
    ['wrong key', 'AuthFailure.SignatureFailure', secret => 'nonsense'],
    ['another account\'s key', 'AuthFailure.SignatureFailure',
     secret => 'topsecret-a08b7c6d5e'],
    ['old', 'AuthFailure.SignatureExpire', timestamp => $now - 310],
    ['early', 'AuthFailure.SignatureExpire', timestamp => $now + 310],
    ['body changed', 'AuthFailure.SignatureFailure', signed_body => '{}'],
    ['host changed', 'AuthFailure.SignatureFailure',
     signed_host => 'asr.example.com'],
    ['a token of a permanent key', 'AuthFailure.TokenFailure',
     token => 'anything'],
    ['no credential', $bad, authorization => 'TC3-HMAC-SHA256 '],
    ['another scheme', $bad, authorization => 'Basic c2s6'],
    ['no signature', $bad, authorization => 'TC3-HMAC-SHA256 '
     . 'Credential=AKIDdemo00000000000001/2026-01-01/asr/tc3_request, '
     . 'SignedHeaders=content-type;host'],
    ['date of another day', 'AuthFailure.SignatureFailure',
     authorization => 'TC3-HMAC-SHA256 '
     . 'Credential=AKIDdemo00000000000001/2019-01-01/asr/tc3_request, '
     . 'SignedHeaders=content-type;host, Signature=' . 'a' x 64])
{
    my ($what, $code, %opt) = @$case;

    refused($c->tc3('CreateRecTask', $good, %opt), $code, "TC3: $what");
}

is(AsrClient::tc3_code($c->tc3('CreateRecTask', $good,
       timestamp => $now - 290)), '', 'TC3: within five minutes');

refused($c->tc3('CreateRecTask', $good, account => 'temporary'),
        'AuthFailure.TokenFailure', 'temporary key: no token');
refused($c->tc3('CreateRecTask', $good, account => 'temporary',
                token => 'wrong'),
        'AuthFailure.TokenFailure', 'temporary key: wrong token');
is(AsrClient::tc3_code($c->tc3('CreateRecTask', $good,
       account => 'temporary', token => 'token-of-temp')), '',
   'temporary key: its token');

for my $case (['unknown id', 'AuthFailure.SecretIdNotFound', id => 'nobody'],
              ['wrong key', 'AuthFailure.SignatureFailure', secret => 'no'],
              ['old', 'AuthFailure.SignatureExpire', timestamp => $now - 310])
{
    my ($what, $code, %opt) = @$case;

    refused($c->v1('CreateRecTask', $good, %opt), $code, "v1 POST: $what");
    refused($c->v1('DescribeTaskStatus', { TaskId => 1 }, method => 'GET',
                   %opt), $code, "v1 GET: $what");
}

# accounts

for my $status (sort keys %create) {
    refused($c->tc3('CreateRecTask', $good, account => $status),
            $create{$status}, "account $status");
}

# common parameters

refused($c->tc3(undef, $good), 'MissingParameter', 'no Action');
refused($c->tc3('CreateRecTask', $good, no_version => 1), 'MissingParameter',
        'no Version');
refused($c->tc3('CreateRecTask', $good, version => '2019-07-22'),
        'NoSuchVersion', 'another version');
refused($c->tc3('CreateRecTasks', $good), 'InvalidAction', 'another action');
refused($c->tc3('createrectask', $good), 'InvalidAction',
        'action in lower case');

# the task's parameters; the document's list

for my $name (qw(EngineModelType ChannelNum ResTextFormat SourceType)) {
    my %p = %$good;
    delete $p{$name};
    refused($c->tc3('CreateRecTask', \%p), 'MissingParameter', "no $name");

    $p{$name} = JSON::PP::true;
    refused($c->tc3('CreateRecTask', \%p), 'InvalidParameter',
            "$name of another type");
}

for my $case ([EngineModelType => '17k_xx'], [ChannelNum => 0],
              [ChannelNum => 3], [ChannelNum => 2], [ResTextFormat => 6],
              [ResTextFormat => -1], [SourceType => 2],
              [SpeakerDiarization => 9], [SpeakerNumber => 11],
              [ConvertNumMode => 2], [FilterDirty => 3], [FilterPunc => 3],
              [FilterModal => 3], [SentenceMaxLength => 5],
              [SentenceMaxLength => 41], [HotwordList => 'word'],
              [HotwordList => 'word|12'], [EmotionalEnergy => 2])
{
    my ($name, $value) = @$case;

    refused($c->tc3('CreateRecTask', { %$good, $name => $value }),
            'InvalidParameterValue', "$name $value");
}

refused($c->tc3('CreateRecTask', { %$good, Nonsense => 1 }),
        'UnknownParameter', 'a parameter that is none');
refused($c->v1('CreateRecTask', { %$good, Nonsense => 1 }),
        'UnknownParameter', 'a parameter that is none, v1');
refused($c->tc3('CreateRecTask', { %$good, ChannelNum => '1' }),
        'InvalidParameter', 'a number as a string, JSON');
is(AsrClient::tc3_code($c->v1('CreateRecTask', { %$good, ChannelNum => '1' })),
   '', 'a number as text, v1');

{
    my %p = %$good;
    delete $p{Data};
    like(AsrClient::tc3_code($c->tc3('CreateRecTask', \%p)),
         qr/^(?:MissingParameter|InvalidParameterValue)$/, 'no Data');
}

refused($c->tc3('CreateRecTask', { %$good, Data => '' }),
        'InvalidParameterValue', 'Data empty');
refused($c->tc3('CreateRecTask', { %$good, Data => 'abc' }),
        'InvalidParameterValue', 'Data cut short');
refused($c->tc3('CreateRecTask', { %$good, Data => 'ab*d' }),
        'InvalidParameterValue', 'Data not base64');
refused($c->tc3('CreateRecTask', { %$good, DataLen => 3 }),
        'InvalidParameterValue', 'DataLen wrong');

# 5 MB are in, a byte more is not

my $five = encode_base64("\0" x (5 * 1024 * 1024), '');
is(AsrClient::tc3_code($c->tc3('CreateRecTask', { %$good, Data => $five })),
   '', '5 MB of Data');
$five = encode_base64("\0" x (5 * 1024 * 1024 + 1), '');
refused($c->tc3('CreateRecTask', { %$good, Data => $five }),
        'InvalidParameterValue', 'over 5 MB of Data');
refused($c->v1('CreateRecTask',
               { %$good, Data => substr $five, 0, 1024 * 1024 }),
        'AuthFailure.SignatureFailure', 'over 1 MB with v1');

# query

refused($c->tc3('DescribeTaskStatus', {}), 'MissingParameter',
        'query: no TaskId');
refused($c->tc3('DescribeTaskStatus', { TaskId => 'x' }), 'InvalidParameter',
        'query: TaskId of another type');
refused($c->tc3('DescribeTaskStatus', { TaskId => 999_999 }),
        'FailedOperation.NoSuchTask', 'query: no such task');
refused($c->tc3('DescribeTaskStatus', '{"TaskId":18446744073709551615}'),
        'FailedOperation.NoSuchTask', 'query: the largest id');

my $task = $c->tc3('CreateRecTask', $good)->{json}{Response}{Data}{TaskId};

is($c->tc3('DescribeTaskStatus', { TaskId => $task })
     ->{json}{Response}{Data}{StatusStr}, 'waiting', 'query: waiting');
refused($c->tc3('DescribeTaskStatus', { TaskId => $task },
                account => 'other'),
        'FailedOperation.NoSuchTask', 'query: another account\'s task');

# the signature is judged before the task: a client tells keys by it

refused($c->tc3('DescribeTaskStatus', { TaskId => 1 }, secret => 'wrong'),
        'AuthFailure.SignatureFailure', 'query: wrong key, no such task');

# language

my $r = $c->tc3('CreateRecTask', $good, secret => 'nonsense',
                headers => ['X-TC-Language', 'zh-CN']);
like($r->{json}{Response}{Error}{Message}, qr/\P{ASCII}/, 'in Chinese');

refused($c->request('PUT', '/', body => '{}'), 'UnsupportedProtocol', 'PUT');

$t->stop;
done_testing();
