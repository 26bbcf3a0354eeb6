#!/usr/bin/perl

# Document 002 from upload to transcript, with a real recording: by query,
# and by a request that is held.

use strict;
use warnings;

use Test::More;

use AsrMemories;
use AsrTest;

my $t = AsrTest->new(accounts => AsrMemories::accounts())->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /serve/api/v2/ { asr memories; }
    }
}
EOF

my $c = AsrMemories->new($t->port, 'sk-demo-7c1f0b3a');
my $wav = speech_file('0870');
my ($r, $asset, $task);

$r = $c->upload($wav, filename => 'austen.wav');

is($r->{status}, 200, 'upload: 200');
is($r->{headers}{'content-type'}, 'application/json', 'upload: JSON');
is($r->{json}{code}, '0000', 'upload: code');
like($r->{body}, qr/"code": ?"0000"/, 'upload: code is a string');
is($r->{json}{msg}, 'success', 'upload: msg');
ok($r->{json}{success} && !$r->{json}{failed}, 'upload: success');

$asset = $r->{json}{data}{asset_id};
like($asset, qr/^re_\d{18}$/, 'upload: asset_id');

$r = $c->call('GET', "/$asset/metadata");
is($r->{json}{data}{total}, 1, 'metadata: one');

my $m = $r->{json}{data}{resource}[0];
is($m->{upload_status}, 'SUCCESS', 'metadata: ready at once');
is($m->{file_size}, length $wav, 'metadata: size');
is($m->{original_filename}, 'austen', 'metadata: name');
is($m->{extension}, 'wav', 'metadata: extension');
ok(abs($m->{create_time} / 1000 - time) < 60, 'metadata: time');

$r = $c->call('GET', "/$asset/download");
ok($r->{status} == 200 && $r->{body} eq $wav, 'download: the same content');

# async, and the query

$r = $c->async($asset, { model => 'whisper-1', speaker => JSON::PP::false });
is($r->{status}, 200, 'async: 200');
is($r->{json}{code}, '0000', 'async: code');

$task = $r->{json}{data}{task_id};
like($task, qr/^[0-9a-f]{32}$/, 'async: task_id');

$r = $c->call('GET', "/task/$task");
is($r->{status}, 200, 'task: 200');
like($r->{json}{data}{status}, qr/^(?:pending|processing|completed)$/,
     'task: state');

$r = $c->wait_task($task, 60 * slow());
is($r->{json}{data}{status}, 'completed', 'task: completed');
is($r->{json}{data}{task_id}, $task, 'task: its id');
is($r->{json}{data}{error}, undef, 'task: no error');

my $inner = $r->{json}{data}{result};
ok($inner->{success}, 'result: success');

my @items = @{ $inner->{data}{data} };
my $usage = $inner->{data}{usage_metadata};
my $said = AsrMemories::text(\@items);

cmp_ok(word_errors(speech_text('0870'), $said), '<', 0.35,
       'result: the words of the recording') or diag($said);
is($usage->{model}, 'whisper-1', 'result: model');
cmp_ok(abs($usage->{duration} - 7.1), '<', 0.2,
       'result: duration in seconds');
is($usage->{output_tokens} + $usage->{prompt_tokens}, 0, 'result: tokens');
is(scalar(grep { $_->{start_time} < 0 || $_->{end_time} <= $_->{start_time}
                 || $_->{end_time} > $usage->{duration} + 0.3 } @items), 0,
   'result: times of segments');
is(scalar(grep { !exists $_->{speaker} || defined $_->{speaker} } @items), 0,
   'result: speaker is null');

$r = $c->call('GET', "/task/$task", undef, key => 'Bearer sk-other-19d2e4f5');
is("$r->{status} $r->{json}{msg}", '400 Task not found',
   'task: another account');

# sync: the same in the reply

$r = $c->sync($asset);
is($r->{status}, 200, 'sync: 200');
is($r->{json}{code}, '0000', 'sync: code');
is($r->{json}{data}{model}, 'whisper-1', 'sync: model');
is(AsrMemories::text($r->{json}{data}{items}), $said, 'sync: the same words');

# several at once, held together

my @r = $c->parallel(map { $c->sync_bytes($asset) } 1 .. 3);
is(join(' ', map { $_->{status} } @r), '200 200 200', 'sync: three at once');
is(scalar(grep { AsrMemories::text($_->{json}{data}{items}) eq $said } @r), 3,
   'sync: all the same words');

# what is not audio

my $bad = $c->asset("RIFF\x24\x00\x00\x00WAVEnonsense" x 20);

$r = $c->sync($bad);
is($r->{status}, 400, 'not audio: 400');
is($r->{json}{code}, '0001', 'not audio: code');
like($r->{json}{msg}, qr/^Transcription failed: /, 'not audio: why');

$task = $c->async($bad)->{json}{data}{task_id};
$r = $c->wait_task($task, 60 * slow());
is($r->{json}{data}{status}, 'failed', 'not audio: a failed task');
ok(length $r->{json}{data}{error}, 'not audio: its error');
is($r->{json}{data}{result}, undef, 'not audio: no result');

# a signed URL: points here, needs no key

$r = $c->call('POST', '/upload/signed-url',
              { original_filename => 'talk.wav' });
is($r->{json}{data}{expires_in}, 93600, 'signed-url: expires_in');
$asset = $r->{json}{data}{asset_id};

my $port = $t->port;
my ($path) = $r->{json}{data}{signed_url}
             =~ m{^http://127\.0\.0\.1:$port(/serve/api/v2/\S+)$};
ok($path, 'signed-url: points here') or diag($r->{body});

$r = $c->call('GET', "/$asset/metadata");
is($r->{json}{data}{resource}[0]{upload_status}, 'WAITING', 'signed: waits');
$r = $c->sync($asset);
is("$r->{status} $r->{json}{msg}", '400 Asset not found',
   'signed: not usable yet');

$r = $c->upload($wav, path => "${path}0", key => '');
is($r->{status}, 401, 'signed: a forged URL');
$r = $c->upload($wav, path => $path, key => '');
is($r->{status}, 200, 'signed: uploaded without a key');
is($r->{json}{data}{asset_id}, $asset, 'signed: its asset');
$r = $c->upload($wav, path => $path, key => '');
is("$r->{status} $r->{json}{code}", '409 0409', 'signed: once only');

$r = $c->sync($asset);
is(AsrMemories::text($r->{json}{data}{items}), $said, 'signed: transcribed');

$r = $c->call('DELETE', "/$asset");
is($r->{status}, 200, 'delete: 200');
ok(exists $r->{json}{data} && !defined $r->{json}{data}, 'delete: null');
$r = $c->call('GET', "/$asset/download");
is("$r->{status} $r->{json}{msg}", '400 Asset not found', 'delete: gone');

unlike($t->error_log, qr/sk-demo|sk-other/, 'no key in the log');

$t->stop;
done_testing();
