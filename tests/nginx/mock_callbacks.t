#!/usr/bin/perl

# Callbacks of three APIs, to the mock's inbox and to others: without a poll,
# by the world's clock, and until they are taken.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrHttp qw(wait_until json_decode json_encode);
use AsrIce;
use AsrMemories;
use AsrMock;
use AsrServer;
use AsrTest;

my $m = AsrMock->new;
my $data = encode_base64(wav_cut('0880', 0, 1500), '');


sub inbox { return $m->url . "/_mock/inbox/$_[0]" }


sub received
{
    my ($name) = @_;

    return @{ $m->admin('GET', "inbox/$name")->{json}{received} };
}


# An inbox once it has so many.

sub mails
{
    my ($name, $n) = @_;

    wait_until { received($name) >= ($n // 1) } 30 * slow();

    return received($name);
}


sub rec
{
    my ($key, $url, %fields) = @_;

    return $m->client($key)->tc3('CreateRecTask',
        AsrClient::rec_task($data, CallbackUrl => $url, %fields))
        ->{json}{Response}{Data}{TaskId};
}


sub callbacks { return @{ $m->world($_[0], 'callbacks')->{callbacks} } }


# tencent: a form

my $task = rec('test-tc', inbox('tc'));
my ($mail) = mails('tc');
is($mail->{method}, 'POST', 'it comes without a poll');
like($mail->{body}, qr/(?:^|&)requestId=$task(?:&|$)/, 'of that task');
like($mail->{body}, qr/(?:^|&)code=0(?:&|$)/, 'it went well');
is((grep { lc $_->{name} eq 'content-type' } @{ $mail->{headers} })[0]{value},
   'application/x-www-form-urlencoded', 'a form');

wait_until { (callbacks('test-tc'))[0]{state} eq 'delivered' } 20;

my ($callback) = callbacks('test-tc');
is($callback->{state}, 'delivered', 'the list has it');
is($callback->{url}, inbox('tc'), '... its URL');
is($callback->{task}, $task, '... its task');
is("$callback->{status} $callback->{attempt}", '200 1', '... its outcome');

$m->set_plan('test-tc', { end => { fail => 'corrupt' } });
rec('test-tc', inbox('tc'));
($mail) = (mails('tc', 2))[1];
unlike($mail->{body}, qr/(?:^|&)code=0(?:&|$)/, 'a failure is told as well');


# memories: the world's own inbox, and callback_url

$m->set_plan('test-mem', { account => { limits => {
    'memories.transcriptions' => 'off', 'memories.upload' => 'off' } } });

my $c = AsrMemories->new($m->port, 'test-mem');
my $asset = $c->asset(wav_cut('0880', 0, 1500));
my $id = $c->async($asset)->{json}{data}{task_id};
($mail) = mails('test-mem');
is(json_decode($mail->{body})->{task_id}, $id, "its world's inbox");
$id = $c->async($asset, { callback_url => inbox('else') })
        ->{json}{data}{task_id};
($mail) = mails('else');
is(json_decode($mail->{body})->{task_id}, $id, 'callback_url');


# ice: NotifyAddress in UserData

my $ice = AsrIce->new($m->port, access_key_id => 'test-ice',
                      access_key_secret => 'test-ice');
my $job = $ice->acs3('SubmitASRJob', {
    InputFile => $m->url . '/_mock/audio/say-good-morning.wav',
    UserData => json_encode({ NotifyAddress => inbox('ice') }) })
    ->{json}{JobId};
ok($job, 'a job');
($mail) = mails('ice');
like($mail->{body} // '', qr/\Q$job\E/, 'NotifyAddress');


# to others

my $s = AsrServer->new(sub {
    my ($r) = @_;

    return AsrServer::ok('{"code":0,"message":"success"}');
})->up;

$task = rec('test-else', $s->url('/hook'));
my ($r) = $s->wait_for('/hook', 1, 20 * slow());
like($r->{body}, qr/requestId=$task/, 'anywhere');


# a delay, by the world's clock

$m->world('test-late', 'clock', { freeze => \1 });
$m->set_plan('test-late', { progress => 'once',
                            callback => { delay_ms => 60000 } });
$task = rec('test-late', inbox('late'));
my $ran = $m->world('test-late', 'clock', { advance => '59s' });
ok($ran->{settled}, 'nothing is left to do');
is(scalar received('late'), 0, 'not yet');
is((callbacks('test-late'))[0]{state}, 'pending', '... it is listed');
$ran = $m->world('test-late', 'clock', { advance => '1s' });
is(scalar received('late'), 1, 'the clock waits until it is delivered');
like("@{ $ran->{ran} }", qr/callback \d+ delivered/, '... and says so');


# again and again, by the clock alone

$m->world('test-again', 'clock', { freeze => \1 });
$c = AsrMemories->new($m->port, 'test-again');
$c->async($c->asset(wav_cut('0880', 0, 1500)),
          { callback_url => inbox('again?status=500&times=2') });
$m->world('test-again', 'clock', { advance => 1 });
is(scalar received('again'), 1, 'refused once');

my @told;

for (1 .. 10) {
    last if received('again') >= 3;

    my ($next) = map { $_->{next_ms} } callbacks('test-again');
    my $now = $m->world('test-again', 'clock')->{now_ms};

    cmp_ok($next, '>', $now, 'the next try has a time');
    is(scalar received('again'), scalar @told + 1, '... and waits for it');
    push @told, @{ $m->world('test-again', 'clock', { set => $next })->{ran} };
}

is(join(' ', map { $_->{status} } received('again')), '500 500 200',
   'until it is taken');
like("@told", qr/callback \d+ delivered/, '... which is told');
is((callbacks('test-again'))[-1]{state}, 'delivered', '... and listed');
is(scalar(grep { $_->{state} eq 'pending' } callbacks('test-again')), 0,
   'nothing more is to come');


# ... and by a clock that runs, though nobody asks

$c = AsrMemories->new($m->port, 'test-runs');
$c->async($c->asset(wav_cut('0880', 0, 1500)),
          { callback_url => inbox('runs?status=500&times=1') });
is(scalar(mails('runs', 2)), 2, 'tried again');


# a clock that stood still goes on, though nobody asks

$m->world('test-on', 'clock', { freeze => \1 });
$m->set_plan('test-on', { progress => { seconds => 2 } });
rec('test-on', inbox('on'));
$m->world('test-on', 'clock', { freeze => \0 });
is(scalar(mails('on')), 1, 'a task ends by it');


# for good, when nobody takes it

$m->world('test-lost', 'clock', { freeze => \1 });
rec('test-lost', inbox('lost?status=500'));
$m->world('test-lost', 'clock', { advance => '1h' }) for 1 .. 3;
is((callbacks('test-lost'))[-1]{state}, 'undelivered', 'given up');

my $n = received('lost');

$m->world('test-lost', 'clock', { advance => '10h' });
is(scalar received('lost'), $n, '... for good');


# the inbox itself

is($m->admin('DELETE', 'inbox/lost')->{status}, 204, 'emptied');
is(scalar received('lost'), 0, '... it is');
$m->admin('POST', 'inbox/many', "mail $_") for 1 .. 120;
my @all = received('many');
is(scalar @all, 100, 'so many are kept');
is($all[-1]{body}, 'mail 120', '... the last ones');
is($m->admin('GET', 'inbox/many')->{json}{count}, 120, '... all are counted');
is($m->admin('POST', 'inbox/')->{status}, 404, 'an inbox has a name');
is($m->admin('POST', 'inbox/' . 'x' x 200)->{status}, 404, '... of a length');

$m->stop;

done_testing();
