#!/usr/bin/perl

# Recording what passes to an endpoint (another mock is it here), replaying
# it, and comparing it with the mock.

use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrHttp qw(json_decode json_encode);
use AsrIce;
use AsrLaunch;
use AsrMemories;
use AsrMock;
use AsrTest;

my $dir = tempdir('asr-record-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $file = "$dir/a recording.jsonl";
my $key = 'test-rec';
my $secret = 'sk-0123456789abcdefghijklmnop';
my $sound = encode_base64(wav_cut('0880', 0, 1200), '');
my $task = AsrClient::rec_task($sound);

put("$dir/accounts.json", json_encode({ accounts => [ {
    name => 'shop', app_id => 1300000001,
    keys => [ { bearer => $secret },
              { secret_id => 'AKIDshop', secret_key => $secret } ] } ] }));

my $endpoint = AsrMock->new('--tls', '--accounts', "$dir/accounts.json");
my $tls_line = readline $endpoint->{out};
my ($tls, $ca) = $tls_line =~ m{^tls \S+?(:\d+) ca (.*)$};
$tls = "https://localhost$tls";

my $m = AsrMock->new('--record', $endpoint->url, '--recording', $file,
                     '--accounts', "$dir/accounts.json");
my $c = $m->client($key);
my $shop = AsrClient->new($m->port, { accounts => [ { name => 'shop',
    keys => [ { bearer => $secret },
              { secret_id => 'AKIDshop', secret_key => $secret } ] } ] });


sub put
{
    my ($name, $text) = @_;

    open my $f, '>', $name or die "$name: $!";
    print $f $text;
    close $f or die "$name: $!";

    return;
}


# A line is written when the client has its answer: before the next is made.

sub lines
{
    $m->admin('GET', 'health') if $m->{pid};

    return map { json_decode($_) } split /\n/, AsrTest::slurp($file);
}


sub write_lines
{
    my ($name, @lines) = @_;

    put("$dir/$name", join '', map { json_encode($_) . "\n" } @lines);

    return "$dir/$name";
}


sub host_of
{
    my ($entry) = @_;

    return (map { $_->{value} } grep { lc $_->{name} eq 'host' }
            @{ $entry->{headers} })[0];
}


# TC3: signed anew for the endpoint's host

my $created = $c->tc3('CreateRecTask', $task);
my $id = $created->{json}{Response}{Data}{TaskId};

ok($id, 'a task is made at the endpoint');
is(host_of($endpoint->last_request($key)), '127.0.0.1:' . $endpoint->port,
   '... with its own host signed');

my @polls = map { $c->tc3('DescribeTaskStatus', { TaskId => $id }) } 1 .. 3;
my @states = map { $_->{json}{Response}{Data}{StatusStr} } @polls;
is("@states", 'doing success success', 'and it gets on there');

# what is wrong with a signature stays wrong

my $wrong = $c->tc3('CreateRecTask', $task, secret => 'test-other');
is(AsrClient::tc3_code($wrong), 'AuthFailure.SignatureFailure',
   'a wrong signature is not mended');
is(host_of($endpoint->last_request($key)), $c->{host},
   '... it has the host it was made for');

my @seen = lines();
is($seen[-1]{findings}[0]{rule}, 'M-host', '... and says so');

# v1 has its signature in the form

is(AsrClient::tc3_code($c->v1('DescribeTaskStatus', { TaskId => $id })), '',
   'v1 is passed on as it is');
is(host_of($endpoint->last_request($key)), $c->{host}, '... with its host');

# ACS3

my $ice = AsrIce->new($m->port, access_key_id => $key,
                      access_key_secret => $key);
my $job = $ice->acs3('SubmitASRJob', {
    InputFile => $endpoint->url . '/_mock/audio/speech.wav', Title => 'x',
    OutputConfig => '{}', JobParams => '{}' });
like($job->{body}, qr/RequestId/, 'ACS3 gets an answer');
unlike($job->{body}, qr/Signature/, '... that is not about its signature');

# bearer keys, and none of them in the recording

is($shop->u2_poll(1)->{json}{base_resp}{status_code}, 100002,
   'an account of both');
ok($shop->tc3('CreateRecTask', $task)->{json}{Response}{Data}{TaskId},
   '... by its TC3 key');

my $upload = $c->u2_file(wav_cut('0880', 0, 1200));
my $u2 = $c->u2_create($upload)->{json}{task_id};
ok($u2, 'a file, and a task of it');
$c->u2_poll($u2) for 1 .. 2;

my @lines = lines();
my $text = AsrTest::slurp($file);
unlike($text, qr/\Q$secret/, 'no key in the recording');
unlike($text, qr/Signature=[0-9a-f]{64}/, '... nor a whole signature');

is(scalar @lines, 13, 'a line for each request');
is(scalar(grep { $_->{took_us} >= $_->{first_us} && $_->{first_us} > 0 }
          @lines), 13, '... with its times');
is($lines[0]{reply}, $created->{body}, '... and its reply');
is("$lines[0]{api} $lines[0]{operation}", 'tencent CreateRecTask',
   '... and its name');
is($lines[4]{code}, 'AuthFailure.SignatureFailure', '... and its code');
is($m->admin('GET', 'report?format=json')->{status}, 200,
   'the mock\'s own API is there');

$m->stop;


# the other two clouds, from a job to its end

my $all = "$dir/all";

$m = AsrMock->new('--record', $endpoint->url, '--recording', $all);
$ice = AsrIce->new($m->port, access_key_id => 'test-all',
                   access_key_secret => 'test-all');
my $job_id = $ice->acs3('SubmitASRJob', {
    InputFile => $endpoint->url . '/_mock/audio/speech.wav'
})->{json}{JobId};
my @jobs = map { $ice->acs3('GetSmartHandleJob', { JobId => $job_id }) } 1 .. 2;
is($jobs[1]{json}{State}, 'Finished', 'ACS3: a job');
$ice->acs3('ListSmartJobs', {});
$ice->acs3('DeleteSmartJob', { JobId => $job_id });

my $mem = AsrMemories->new($m->port, 'test-all');
my $asset = $mem->asset(wav_cut('0880', 0, 1200));
my $mem_id = $mem->async($asset)->{json}{data}{task_id};
$mem->call('GET', "/$asset/metadata");
is($mem->call('GET', "/task/$mem_id")->{json}{data}{status}, 'completed',
   'memories: a task');
$mem->call('DELETE', "/$asset");
$m->stop;

my ($status, $out, $err) = AsrLaunch->run('--diff', $all);
is($status, 0, 'no difference') or diag "$out$err";
is($out, "10 requests, 0 not sent, 0 differences, 0 of structure\n",
   '... in any of them');

# in one go: the command's requests go to the endpoint, then to a mock

my $ask = 'use IO::Socket::INET; my $s = IO::Socket::INET->new(
    "$ENV{ASR_MOCK_HOST}:$ENV{ASR_MOCK_PORT}");
    print $s "GET /v1/audio/asr/tasks/17 HTTP/1.0\r\n",
             "Authorization: Bearer test-go\r\n\r\n";
    exit(join("", <$s>) =~ /100002/ ? $ARGV[0] : 9)';

($status, $out, $err) = AsrLaunch->run('--diff', $endpoint->url,
    '--diff-report', "$dir/diff.json", '--', $^X, '-e', $ask, 0);
is($status, 0, '--diff URL') or diag $err;
is($out, "1 requests, 0 not sent, 0 differences, 0 of structure\n",
   '... compares what the command asked');
is(json_decode(AsrTest::slurp("$dir/diff.json"))->{requests}, 1,
   '... with its report');
is((AsrLaunch->run('--diff', $endpoint->url, '--', $^X, '-e', $ask, 3))[0], 3,
   '... unless that failed');

$m = AsrMock->new('--replay', $all);
is(AsrIce->new($m->port, access_key_id => 'test-b',
               access_key_secret => 'test-b')
   ->acs3('GetSmartHandleJob', { JobId => $job_id })->{body},
   $jobs[0]{body}, 'replayed by ACS3');
is(AsrMemories->new($m->port, 'test-b')->call('GET', "/task/$mem_id")
   ->{json}{data}{task_id}, $mem_id, '... and for memories');
$m->stop;


# an endpoint with TLS is who it says it is, or is not spoken to

$m = AsrMock->new('--record', $tls, '--recording', "$dir/tls", '--record-ca',
                  $ca);
is($m->client($key)->u2_poll(1)->{json}{base_resp}{status_code}, 100002,
   'TLS with an authority that is given');
$m->stop;
is(scalar(() = AsrTest::slurp("$dir/tls") =~ /\n/g), 1, '... recorded');

SKIP: {
    skip 'no authorities on this machine', 2
        if !-r '/etc/ssl/certs/ca-certificates.crt';

    $m = AsrMock->new('--record', $tls, '--recording', "$dir/tls2");
    is($m->client($key)->u2_poll(1)->{status}, 502, '... and without it');
    is(-s "$dir/tls2", 0, '... which is no answer to record');
    undef $m;
}

$endpoint->stop;


# replay

$m = AsrMock->new('--replay', $file);
$c = $m->client('test-again');

is($c->tc3('CreateRecTask', $task)->{body}, $created->{body},
   'the answer of the recording, by another key');
is($c->tc3('DescribeTaskStatus', { TaskId => $id })->{body},
   $polls[$_]{body}, "poll $_") for 0 .. 2;
is($c->tc3('DescribeTaskStatus', { TaskId => $id })->{body},
   $polls[2]{body}, 'the last one again');

is(AsrClient::tc3_code($c->tc3('DescribeTaskStatus', { TaskId => $id },
                               secret => 'test-other')),
   'AuthFailure.SignatureFailure', 'a wrong signature is refused');

is($c->u2_file(wav_cut('0880', 0, 1200)), $upload, 'a file as it was');
is($c->u2_create($upload)->{json}{task_id}, $u2, 'a task as it was');

isnt($c->tc3('DescribeTaskStatus', { TaskId => $id + 1 })->{body},
     $polls[2]{body}, 'what was not recorded is answered by the mock');
my $last = $m->last_request('test-again');
is(join(' ', map { "$_->{severity} $_->{rule}" }
            grep { $_->{rule} =~ /^M-unrec/ } @{ $last->{findings} }),
   'note M-unrecorded', '... which says so in a note');
$m->stop;

$m = AsrMock->new('--replay', $file, '--replay-timing');
is($m->client->tc3('CreateRecTask', $task)->{body}, $created->{body},
   'replayed in its time');
$m->stop;


# diff: the endpoint was a mock, so there is no difference

($status, $out, $err) = AsrLaunch->run('--diff', $file, '--diff-report',
                                       "$dir/diff.json");
is($status, 0, 'no difference to itself') or diag "$out$err";
like($out, qr/^11 requests, 2 not sent, 0 differences, 0 of structure$/m,
     '... in what can be sent again') or diag $out;
is_deeply(json_decode(AsrTest::slurp("$dir/diff.json"))->{differences}, [],
          '... and none in the report');

# an endpoint that answers otherwise

my @other = lines();
my $reply = json_decode($other[0]{reply});
$reply->{Response}{Region} = 'somewhere';
$reply->{Response}{Data}{TaskId} = "$id";
$other[0]{reply} = json_encode($reply);
$reply = json_decode($other[2]{reply});
delete $reply->{Response}{Data}{ErrorMsg};
$reply->{Response}{Data}{StatusStr} = 'finished';
$other[2]{reply} = json_encode($reply);

($status, $out, $err) = AsrLaunch->run('--diff', write_lines('other',
    @other[0 .. 2]), '--diff-report', "$dir/diff.json");
is($status, 1, 'another structure');

my %found = map { ("$_->{line}$_->{field}" => $_) }
            @{ json_decode(AsrTest::slurp("$dir/diff.json"))->{differences} };

is($found{'1/Response/Region'}{kind}, 'missing', 'what the mock has not');
is($found{'1/Response/Data/TaskId'}{kind}, 'type', 'another type');
is($found{'1/Response/Data/TaskId'}{expected}, 'string', '... the endpoint\'s');
is($found{'3/Response/Data/ErrorMsg'}{kind}, 'extra',
   'what the endpoint has not');
is($found{'3/Response/Data/StatusStr'}{kind}, 'value', 'another value');
is(scalar keys %found, 4, 'no more than these');
like($out, qr{^\s*1\s+missing\s+CreateRecTask\s+/Response/Region\s+somewhere}m,
     'as a table, too');


# what cannot be

for ([['--record', 'http://127.0.0.1:1/v1'], qr/without a path/],
     [['--record', 'ftp://127.0.0.1'], qr/http:/],
     [['--replay', "$dir/none"], qr/No such file/],
     [['--replay', "$dir/accounts.json"], qr/not of a recording/],
     [['--diff', "$dir/none"], qr/No such file/],
     [['--diff', $file, '--', 'true'], qr/without a command/])
{
    my ($args, $words) = @$_;

    ($status, $out, $err) = AsrLaunch->run(@$args);
    is($status, 2, "@$args: status 2");
    like($err, $words, '... and why');
}

done_testing;
