#!/usr/bin/perl

# Document 000 from upload to transcript, with a real recording.

use strict;
use warnings;

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
        location /v1/ { asr u2; }
    }
}
EOF

my $c = $t->client;
my $wav = speech_file('0870');
my ($r, $file, $task);

$r = $c->u2_upload($wav, filename => 'austen.wav');

is($r->{status}, 200, 'upload: 200');
is($r->{headers}{'content-type'}, 'application/json', 'upload: JSON');
is($r->{json}{base_resp}{status_code}, 0, 'upload: base_resp');
is($r->{json}{file}{bytes}, length $wav, 'upload: size');
is($r->{json}{file}{filename}, 'austen.wav', 'upload: name');
is($r->{json}{file}{purpose}, 'a2t_async_input', 'upload: purpose');
ok(abs($r->{json}{file}{created_at} - time) < 60, 'upload: time in seconds');
like($r->{body}, qr/"file_id": ?[1-9][0-9]*[,}]/, 'upload: id is a number');
ok($r->{headers}{'trace-id'}, 'upload: Trace-Id');

$file = $r->{json}{file}{file_id};
$r = $c->u2_create($file, { word_info => JSON::PP::true });

is($r->{status}, 200, 'create: 200');
is($r->{json}{base_resp}{status_code}, 0, 'create: base_resp');
like($r->{body}, qr/"task_id": ?"[A-Za-z0-9_-]+"/, 'create: id is a string');

$task = $r->{json}{task_id};
$r = $c->u2_poll($task);

is($r->{status}, 200, 'poll: 200');
like($r->{json}{status}, qr/^(?:Waiting|Processing|Success)$/, 'poll: state');
is($r->{json}{base_resp}{status_code}, 0, 'poll: not an error while waiting');

$r = $c->u2_wait($task, 60 * slow());

is($r->{json}{status}, 'Success', 'result: Success');
is($r->{json}{task_id}, $task, 'result: its task');
cmp_ok(word_errors(speech_text('0870'), AsrClient::u2_text($r)), '<', 0.35,
       'result: the words of the recording') or diag(AsrClient::u2_text($r));
cmp_ok(abs($r->{json}{duration} - 7100), '<', 200, 'result: duration in ms');

my @segments = @{ $r->{json}{results} };
my $bad = grep { $_->{start} < 0 || $_->{end} <= $_->{start}
                 || $_->{end} > $r->{json}{duration} + 300 } @segments;
my @words = map { @{ $_->{words} } } @segments;

is($bad, 0, 'result: times of segments');
cmp_ok(scalar @words, '>', 10, 'result: words');
is(scalar(grep { $_->{end} < $_->{start} } @words), 0,
   'result: times of words');
ok(!exists $r->{json}{data} && !exists $r->{json}{result},
   'result: no member that misleads clients');

$r = $c->u2('GET', "/v1/audio/asr/tasks?task_id=$task");
is($r->{json}{status}, 'Success', 'poll: the id as an argument');

# without words, and the same file again

$task = $c->u2_create($file)->{json}{task_id};
$r = $c->u2_wait($task, 60 * slow());

is($r->{json}{status}, 'Success', 'a second task of the file');
is(scalar(grep { exists $_->{words} } @{ $r->{json}{results} }), 0,
   'no words unless asked for');

# what is not speech

$file = $c->u2_file("RIFF\x24\x00\x00\x00WAVEnonsense" x 20);
$task = $c->u2_create($file)->{json}{task_id};
$r = $c->u2_wait($task, 60 * slow());

is($r->{status}, 200, 'not audio: 200');
is($r->{json}{status}, 'Failed', 'not audio: Failed');
like($r->{json}{base_resp}{status_code}, qr/^2000\d\d$/,
     'not audio: a code of the range for tasks');

$file = $c->u2_file(wav_cut('0880', 0, 400));
$task = $c->u2_create($file)->{json}{task_id};
$r = $c->u2_wait($task, 60 * slow());

is($r->{json}{status}, 'Failed', 'under a second: Failed');

$t->stop;
done_testing();
