#!/usr/bin/perl

# Document 001 from CreateRecTask to transcript, by all four transports.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $t = AsrTest->new->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    server {
        listen 127.0.0.1:%%PORT%%;
        large_client_header_buffers 4 40k;
        location / { asr tencent; }
    }
}
EOF

my $c = $t->client;
my $data = encode_base64(speech_file('0880'), '');
my $text = speech_text('0880');
my ($r, $d, $task);


sub created
{
    my ($r, $what) = @_;

    is($r->{status}, 200, "$what: 200");
    is($r->{headers}{'content-type'}, 'application/json',
       "$what: Content-Type without a charset");
    ok(!exists $r->{json}{Response}{Error}, "$what: no Error")
        or diag($r->{body});
    like($r->{body}, qr/"TaskId": ?[1-9][0-9]{0,15}[,}]/,
         "$what: an integer id below 2^53");
    like($r->{json}{Response}{RequestId}, qr/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-
                                             [0-9a-f]{12}$/x,
         "$what: RequestId");

    return $r->{json}{Response}{Data}{TaskId};
}


sub finished
{
    my ($task, $what, $words) = @_;
    my $r = $c->tc3_wait($task, 60 * slow());
    my $d = $r->{json}{Response}{Data};

    is("$d->{TaskId} $d->{Status} $d->{StatusStr}", "$task 2 success",
       "$what: success") or diag($r->{body});
    is($d->{ErrorMsg}, '', "$what: no ErrorMsg");

    my @lines = split /\n/, $d->{Result};
    my @bad = grep { !/^\[\d+:\d+\.\d{3},\d+:\d+\.\d{3}\]  \S/ } @lines;

    is("@bad", '', "$what: the form of Result");
    like($d->{Result}, qr/\n\z/, "$what: the last line ends too");

    s/^\[[^\]]*\]\s+//, s/[.,?!]//g for @lines;
    cmp_ok(word_errors($words // $text, join ' ', @lines), '<', 0.45,
           "$what: the words of the recording") or diag($d->{Result});

    return $d;
}


# TC3, POST; two at once

$r = $c->tc3('CreateRecTask', AsrClient::rec_task($data, ResTextFormat => 1));
$task = created($r, 'TC3 POST');
$r = $c->tc3('CreateRecTask',
             AsrClient::rec_task(encode_base64(speech_file('0870'), '')));
my $long = created($r, 'TC3 POST, larger');

cmp_ok($long, '>', $task, 'ids rise');

$r = $c->tc3('DescribeTaskStatus', { TaskId => $long });
$d = $r->{json}{Response}{Data};
like("$d->{Status} $d->{StatusStr}",
     qr/^(?:0 waiting|1 doing|2 success)$/, 'a state on the way');

$d = finished($task, 'TC3 POST');
cmp_ok(abs($d->{AudioDuration} - 2.99), '<', 0.1, 'duration in seconds');
cmp_ok(scalar @{ $d->{ResultDetail} }, '>', 0, 'details');

for my $s (@{ $d->{ResultDetail} }) {
    is(scalar @{ $s->{Words} }, $s->{WordsNum}, 'details: number of words');
    is(scalar(grep { $_->{OffsetStartMs} < 0
                     || $_->{OffsetEndMs} > $s->{EndMs} - $s->{StartMs} + 50 }
                   @{ $s->{Words} }), 0,
       'details: offsets are within the sentence');
}

$d = finished($long, 'TC3 POST, larger', speech_text('0870'));
ok(!$d->{ResultDetail} || !@{ $d->{ResultDetail} },
   'no details with ResTextFormat 0');

# TC3, GET: too small a space for audio, so the query

$r = $c->tc3('DescribeTaskStatus', { TaskId => $task }, method => 'GET');
is($r->{json}{Response}{Data}{StatusStr}, 'success', 'TC3 GET: a query')
    or diag($r->{body});

# v1

for my $how (undef, 'HmacSHA1', 'HmacSHA256') {
    my $what = 'v1 ' . ($how // 'by default');

    $r = $c->v1('CreateRecTask', AsrClient::rec_task($data),
                signature_method => $how);
    finished(created($r, "$what POST"), "$what POST");

    $r = $c->v1('DescribeTaskStatus', { TaskId => $task }, method => 'GET',
                signature_method => $how);
    is($r->{json}{Response}{Data}{StatusStr}, 'success', "$what GET: a query")
        or diag($r->{body});
}

# a short recording fits into a query

$r = $c->v1('CreateRecTask',
            AsrClient::rec_task(encode_base64(wav_cut('0880', 600, 600), '')),
            method => 'GET');
created($r, 'v1 GET');

# what clients do differently

$r = $c->tc3('DescribeTaskStatus', { TaskId => $task }, service => '127');
is(AsrClient::tc3_code($r), '', "the service of an SDK's endpoint");

$r = $c->tc3('DescribeTaskStatus', { TaskId => $task },
             signed_host => '127.0.0.1');
is(AsrClient::tc3_code($r), '', 'the host signed without its port');

$r = $c->tc3('DescribeTaskStatus', " { \"TaskId\" : $task }\n",
             type => 'application/json; charset=utf-8');
is(AsrClient::tc3_code($r), '', 'blanks, and a charset');

$r = $c->tc3('DescribeTaskStatus', { TaskId => $task },
             headers => ['X-TC-Content-SHA256', 'UNSIGNED-PAYLOAD'],
             signed_body => 'UNSIGNED-PAYLOAD');
is(AsrClient::tc3_code($r), '', 'the body not signed');

$r = $c->tc3('DescribeTaskStatus', { TaskId => $task },
             headers => ['X-TC-Region', 'null', 'X-TC-Language', 'zh-CN',
                         'X-TC-RequestClient', 'SDK_NODEJS_4.1.220']);
is(AsrClient::tc3_code($r), '', "an SDK's headers");

# a task that fails

$r = $c->tc3('CreateRecTask',
             AsrClient::rec_task(encode_base64('not audio at all' x 50, '')));
$r = $c->tc3_wait($r->{json}{Response}{Data}{TaskId}, 60 * slow());
$d = $r->{json}{Response}{Data};

is("$d->{Status} $d->{StatusStr}", '3 failed', 'not audio: failed');
isnt($d->{ErrorMsg}, '', 'not audio: ErrorMsg');
is($d->{Result}, '', 'not audio: no Result');
ok(!exists $r->{json}{Response}{Error}, 'not audio: not an Error');

$t->stop;
done_testing();
