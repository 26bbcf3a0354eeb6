#!/usr/bin/perl

# Document 003 from SubmitASRJob to the transcript: both signatures, GET and
# POST, JSON and XML; lists, deletion; beside document 001 in one location.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrHttp qw(json_decode);
use AsrIce;
use AsrTest;

my @demo = (access_key_id => 'LTAIdemo', access_key_secret => 'topsecret-1');
my @other = (access_key_id => 'LTAIother', access_key_secret => 'topsecret-2');
my $accounts = AsrTest::default_accounts();

push @{ $accounts->{accounts}[0]{keys} }, {@demo};
push @{ $accounts->{accounts}[1]{keys} }, {@other};

my $t = AsrTest->new(accounts => $accounts);

mkdir "$t->{prefix}/oss";
mkdir "$t->{prefix}/oss/sub";
$t->write_file('oss/sub/speech one.wav', speech_file('0880'));
$t->write_file('oss/20b48fb04483915d', speech_file('0870'));
$t->write_file('oss/text.wav', 'not audio at all' x 2000);
symlink '/etc/passwd', "$t->{prefix}/oss/link";

$t->conf(<<'EOC')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    asr_oss example-bucket=%%PREFIX%%/oss;
    asr_media %%PREFIX%%/oss/;
    server {
        listen 127.0.0.1:%%PORT%%;
        large_client_header_buffers 4 40k;
        location / { asr tencent ice; }
    }
    server {
        listen 127.0.0.1:%%PORT_1%%;
        location / { asr ice tencent; }
    }
}
EOC

my $c = AsrIce->new($t->port, @demo);
my $o = AsrIce->new($t->port, @other);
my $host = 'oss://example-bucket.oss-cn-shanghai.aliyuncs.com';
my $file = "$host/sub/speech one.wav";
my $text = speech_text('0880');


sub submitted
{
    my ($r, $what) = @_;

    is($r->{status}, 200, "$what: 200") or diag($r->{body});
    is($r->{headers}{'content-type'}, 'application/json;charset=utf-8',
       "$what: Content-Type");
    is($r->{json}{State}, 'Created', "$what: Created");
    like($r->{json}{JobId}, qr/^[0-9a-f]{32}$/, "$what: JobId");
    like($r->{json}{RequestId}, qr/^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-
                                   [0-9A-F]{12}$/x, "$what: RequestId");
    is($r->{headers}{'x-acs-request-id'}, $r->{json}{RequestId},
       "$what: and in the header");
    ok(!exists $r->{json}{Code}, "$what: no Code");

    return $r->{json}{JobId};
}


sub transcript
{
    my ($job, $what, $words) = @_;
    my $r = $c->wait_job($job, 60 * slow());
    my $j = $r->{json};

    is($j->{State}, 'Finished', "$what: Finished") or diag($r->{body});
    is(ref \$j->{Output}, 'SCALAR', "$what: Output is a string");
    is($j->{Output}, $j->{JobResult}{AiResult}, "$what: twice");

    my $s = json_decode($j->{Output});
    my $got = join ' ', map { $_->{content} } @$s;

    cmp_ok(word_errors($words, $got), '<', 0.45, "$what: the words")
        or diag($got);
    is(scalar(grep { $_->{from} >= $_->{to} } @$s), 0, "$what: times");

    return $s;
}


# both signatures, every way

my $job = submitted($c->acs3('SubmitASRJob', { InputFile => $file,
                                               UserData => '{"a":1}' }),
                    'ACS3 POST');
my $media = submitted($c->acs3('SubmitASRJob',
                               { InputFile => '20b48fb04483915d' },
                               method => 'GET'), 'ACS3 GET');
my @all = ($job, $media);

push @all, submitted($c->v1('SubmitASRJob', { InputFile => $file }),
                     'v1 GET');
push @all, submitted($c->v1('SubmitASRJob', { InputFile => $file },
                            method => 'POST'), 'v1 POST');
push @all, submitted($c->v1('SubmitASRJob', { InputFile => $file }, form => 1,
                            headers => "x-sdk-client: test\r\n"), 'v1 form');
push @all, submitted($c->acs3('SubmitASRJob', {}, type => 'application/json',
                              body => qq({"InputFile":"$file"})),
                     'ACS3 JSON');

transcript($job, 'a file', $text);
transcript($media, 'a media id', speech_text('0870'));

my $r = $c->v1('GetSmartTaskResult', { JobId => $job });
is($r->{json}{State}, 'Finished', 'v1: a query');
is($r->{json}{UserData}, '{"a":1}', 'UserData');
is($r->{json}{SmartJobInfo}{InputConfig}{InputFile}, $file, 'InputFile');
is($r->{json}{SmartJobInfo}{UserId}, 1300000001, 'UserId');

$r = $c->v1('GetSmartHandleJob', { JobId => $job }, format => '');
is($r->{headers}{'content-type'}, 'text/xml;charset=utf-8', 'v1: XML');
like($r->{body}, qr{^<\?xml [^>]*\?>\n<GetSmartHandleJobResponse>.*
                    <State>Finished</State>}sx, 'v1: XML, and it is');

# a window of the recording: times are the file's

$r = $c->acs3('SubmitASRJob', { InputFile => '20b48fb04483915d',
                                StartTime => '00:00:02', Duration => '3.5' });
my $s = json_decode($c->wait_job(submitted($r, 'a window'), 60 * slow())
                    ->{json}{Output});

cmp_ok(scalar @$s, '>', 0, 'a window: words');
cmp_ok($s->[0]{from}, '>=', 2, 'a window: from its start');
cmp_ok($s->[-1]{to}, '<=', 5.5, 'a window: to its end');

# a job that fails

$r = $c->acs3('SubmitASRJob', { InputFile => "$host/text.wav" });
$r = $c->wait_job(submitted($r, 'not audio'), 60 * slow());
is("$r->{status} $r->{json}{State} $r->{json}{ErrorCode}",
   '200 Failed InvalidParameter.ResourceContentBad', 'not audio: why');

# nothing outside of the folder

for my $name ('link', '../accounts.json', 'sub/../../accounts.json', 'sub',
              'none')
{
    $r = $c->acs3('SubmitASRJob', { InputFile => "$host/$name" });
    like($r->{json}{Code}, qr/^(?:InvalidParameter|ResourceNotFound)$/,
         "not to be had: $name");
}

# whose they are

$r = $o->acs3('GetSmartHandleJob', { JobId => $job });
is("$r->{status} $r->{json}{Code}", '404 ResourceNotFound', 'not theirs');
$r = $o->acs3('ListSmartJobs', {});
is("$r->{json}{TotalCount} @{ $r->{json}{SmartJobList} }", '0 ', 'none');
$r = $c->acs3('ListSmartJobs', { PageSize => 3 });
is(scalar @{ $r->{json}{SmartJobList} }, 3, 'a page of a list');
is($r->{json}{TotalCount}, '8', 'of all');
$r = $o->acs3('DeleteSmartJob', { JobId => $job });
is($r->{status}, 404, 'not theirs to delete');
$r = $c->acs3('DeleteSmartJob', { JobId => join ',', @all });
is($r->{status}, 200, 'deleted');
$r = $c->acs3('GetSmartHandleJob', { JobId => $job });
is($r->{json}{Code}, 'ResourceNotFound', 'deleted: gone');

# the other cloud, in the same location, either way round

my $data = encode_base64(wav_cut('0880', 600, 1200), '');

for my $port (0, 1) {
    my $tc = AsrClient->new($t->port($port), $accounts);
    my $ali = AsrIce->new($t->port($port), @demo);

    $r = $tc->tc3('CreateRecTask', AsrClient::rec_task($data));
    ok($r->{json}{Response}{Data}{TaskId}, "TC3 on port $port")
        or diag($r->{body});
    $r = $tc->v1('CreateRecTask', AsrClient::rec_task($data));
    ok($r->{json}{Response}{Data}{TaskId}, "its v1 on port $port")
        or diag($r->{body});
    $r = $ali->acs3('ListSmartJobs', {});
    is($r->{status}, 200, "ACS3 on port $port");
    $r = $ali->v1('ListSmartJobs', {});
    is($r->{status}, 200, "RPC v1 on port $port");
    $r = $ali->v1('ListSmartJobs', {}, form => 1,
                  headers => "x-sdk-client: test\r\n");
    is($r->{status}, 200, "RPC v1 by form on port $port");
}

$t->stop;
done_testing();
