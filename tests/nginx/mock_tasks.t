#!/usr/bin/perl

# Tasks at the mock: how they get on, how they end, what is said in them, and
# that what a client sees depends on nothing but its world and seed.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $speech = wav_cut('0880', 0, 2000);


# A world of its own: its client, and a task of that recording.

sub task
{
    my ($key, $plan, $bytes) = @_;
    my $c = $m->client($key);

    $m->set_plan($key, $plan) if $plan;

    my $file = $c->u2_file($bytes // $speech);
    my $r = $c->u2_create($file);

    return ($c, $r->{json}{task_id});
}


sub states
{
    my ($c, $task, $n) = @_;

    return join ' ', map { $c->u2_poll($task)->{json}{status} } 1 .. $n;
}


# by polls

my ($c, $task) = task('test-polls');
is(states($c, $task, 3), 'Processing Success Success', 'one poll, then done');

($c, $task) = task('test-polls3', { progress => { polls => 3 } });
is(states($c, $task, 5), 'Waiting Processing Processing Success Success',
   'three polls on the way');

($c, $task) = task('test-once', { progress => 'once' });
is(states($c, $task, 2), 'Success Success', 'done when looked at');


# by the world's clock

$m->world('test-time', 'clock', { freeze => \1 });
($c, $task) = task('test-time', { progress => { seconds => 30 } });
unlike(states($c, $task, 4), qr/Success|Failed/, 'not before its time');

$m->world('test-time', 'clock', { advance => '29s' });
unlike(states($c, $task, 1), qr/Success/, 'nor a second early');

my $ran = $m->world('test-time', 'clock', { advance => '1s' });
ok($ran->{settled}, 'the clock waits for what falls due');
like("@{ $ran->{ran} }", qr/succeeded/, '... and says what it was');
is(states($c, $task, 1), 'Success', 'done by then');


# when it is told to, and never

($c, $task) = task('test-told', { progress => 'told' });
unlike(states($c, $task, 3), qr/Success|Failed/, 'waits to be told');
is($m->world('test-told', "tasks/$task", { end => 'success' }, 'POST')
   ->{state}, 'succeeded', 'told');
is(states($c, $task, 1), 'Success', 'done when told');
is($m->admin('POST', "worlds/test-told/tasks/$task",
             { end => 'success' })->{status}, 409, 'only once');

($c, $task) = task('test-told2', { progress => 'told' });
$m->world('test-told2', "tasks/$task", { end => { fail => 'corrupt' } },
          'POST');
is(states($c, $task, 1), 'Failed', 'told to fail');

($c, $task) = task('test-never', { end => 'never' });
unlike(states($c, $task, 20), qr/Success|Failed/, 'never');


# each to its own end

($c) = task('test-list', { progress => 'once', tasks => [
    { end => { fail => 'too_short' } }, { text => 'the second one' } ] });
my $file = $c->u2_file($speech);
is(states($c, $c->u2_create($file)->{json}{task_id}, 1), 'Success',
   'the list is used in order');
is(AsrClient::u2_text($c->u2_poll($c->u2_create($file)->{json}{task_id})) ne '',
   1, 'what comes after it is as ever');


# transcripts

($c, $task) = task('test-text', { progress => 'once',
                                  text => 'Exactly this,  and 2 no more' });
is(AsrClient::u2_text($c->u2_poll($task)), 'Exactly this,  and 2 no more',
   'the very text of the plan');

my $say = $m->admin('GET', 'audio/tone.wav?seconds=3&asr=what%20is%20in%20it');
is($say->{status}, 200, 'a tone with a text');
($c, $task) = task('test-icmt', { progress => 'once' }, $say->{body});
is(AsrClient::u2_text($c->u2_poll($task)), 'what is in it',
   'the text that the audio carries');

($c, $task) = task('test-word', { progress => 'once' });
my $made = AsrClient::u2_text($c->u2_poll($task));
like($made, qr/^[A-Z][\w', -]+[.?]/, "words that might be: $made");

my $silence = $m->admin('GET', 'audio/silence.wav?seconds=3');
($c, $task) = task('test-silence', { progress => 'once' }, $silence->{body});
is(AsrClient::u2_text($c->u2_poll($task)), '', 'silence has no words');

my $words = join ' ', map { "w$_" } 1 .. 100;
($c, $task) = task('test-wer', { progress => 'once', text => $words,
                                 wer => 0.2 });
my $heard = AsrClient::u2_text($c->u2_poll($task));
is(word_errors($words, $heard), 0.2, 'a word error rate of just 0.2');


# the product's own failures

($c, $task) = task('test-bad', { progress => 'once' }, 'no audio at all' x 99);
is(states($c, $task, 1), 'Failed', 'what is no audio fails');

($c, $task) = task('test-short', { progress => 'once' },
                   wav_cut('0880', 0, 200));
is(states($c, $task, 1), 'Failed', 'and what is too short');


# by URL, and Tencent's way

$c = $m->client('test-url');
my $r = $c->tc3('CreateRecTask', AsrClient::rec_task('', SourceType => 0,
    Data => undef, Url => $m->url . '/_mock/audio/say-good-morning.wav'));
my $id = $r->{json}{Response}{Data}{TaskId};
ok($id, 'a task of a URL');
$r = $c->tc3_wait($id, 20);
is($r->{json}{Response}{Data}{StatusStr}, 'success', 'fetched, decoded');
like($r->{json}{Response}{Data}{Result}, qr/\]\s+good morning\n/,
     'the text it carries');

$r = $c->tc3('CreateRecTask', AsrClient::rec_task('', SourceType => 0,
    Data => undef, Url => $m->url . '/_mock/audio/fail-too_long.wav'));
$r = $c->tc3_wait($r->{json}{Response}{Data}{TaskId}, 20);
is($r->{json}{Response}{Data}{StatusStr}, 'failed', 'a name that fails');

$r = $c->tc3('CreateRecTask', AsrClient::rec_task('', SourceType => 0,
    Data => undef, Url => $m->url . '/_mock/audio/x.wav?status=404'));
$r = $c->tc3_wait($r->{json}{Response}{Data}{TaskId}, 20);
is($r->{json}{Response}{Data}{StatusStr}, 'failed', 'a URL that is not there');


# a text that was set is said by one voice, where voices are told apart

$c = $m->client('test-voice');
$m->set_plan('test-voice', { progress => 'once', text => 'one says this' });

for my $apart (0, 1) {
    $r = $c->tc3('CreateRecTask',
                 AsrClient::rec_task(encode_base64($speech, ''),
                                     SpeakerDiarization => $apart));
    $r = $c->tc3_wait($r->{json}{Response}{Data}{TaskId}, 20);
    like($r->{json}{Response}{Data}{Result},
         $apart ? qr/^\[[\d:.]+,[\d:.]+,0\]  one says this\n/
                : qr/^\[[\d:.]+,[\d:.]+\]  one says this\n/,
         $apart ? 'who says it' : 'and that alone');
}


# no words are heard, so no engine of the document lacks a model

for my $engine (qw(16k_zh 8k_zh 16k_zh_large 16k_multi_lang 16k_zh-PY
                   16k_th))
{
    $r = $c->tc3('CreateRecTask',
                 AsrClient::rec_task('QUFB', EngineModelType => $engine));
    is(AsrClient::tc3_code($r), '', "the engine $engine");
}


# the same seed, the same bytes; another seed, others

sub run_of
{
    my ($seed) = @_;
    my $key = 'test-seed';

    $m->admin('DELETE', "worlds/$key");
    $m->world($key, 'clock', { freeze => \1, set => 1700000000000 });
    $m->world($key, 'faults', { operation => 'u2.query', probability => 0.5,
                                fault => '100999' }, 'POST');

    my ($w, $t) = task($key, { seed => $seed, wer => 0.1 });

    return join "\n", $t, map { my $p = $w->u2_poll($t);
                                "$p->{status} $p->{headers}{'trace-id'} "
                                . $p->{body} } 1 .. 12;
}

my $first = run_of(5);
is(run_of(5), $first, 'the same seed, the same bytes');
isnt(run_of(6), $first, 'another seed, others');
like($first, qr/"status":"Success"/, '... of a whole life');
like($first, qr/100999/, '... with its faults');

$m->stop;

done_testing();
