#!/usr/bin/perl

# Faults: documented codes in the vendors' envelopes, and what happens on the
# wire; by header, by rule, and accounted for.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $key = 'test-fault';
my $c = $m->client($key);
my $small = encode_base64("\0" x 64, '');

$m->set_plan($key, { account => { limits => {
    'u2.create' => 'off', 'u2.query' => 'off', 'u2.upload' => 'off',
    'tencent.CreateRecTask' => 'off' } } });

my $file = $c->u2_file(wav_cut('0880', 0, 1200));


sub create
{
    my ($spec, %opt) = @_;

    return $c->u2_create($file, {}, defined $spec
        ? (headers => ['X-Mock-Fault', $spec], %opt) : %opt);
}


sub rec
{
    my ($spec) = @_;

    return $c->tc3('CreateRecTask', AsrClient::rec_task($small),
                   headers => [defined $spec ? ('X-Mock-Fault', $spec) : ()]);
}


# codes by header

is(create('100501')->{json}{base_resp}{status_code}, 100501, 'u2 by code');
is(create('100999')->{json}{base_resp}{status_code}, 100999, 'another');

my $r = rec('FailedOperation.UserHasNoFreeAmount');
is(AsrClient::tc3_code($r), 'FailedOperation.UserHasNoFreeAmount',
   'tencent by code');
is($r->{status}, 200, '... with the status of its document');
is($r->{headers}{'content-type'}, 'application/json', '... and type');
is(AsrClient::tc3_code(rec()), '', 'the next is as ever');

$r = create('no.such.code');
is($r->{status}, 400, 'a code that no document has');
like($r->{body}, qr/X-Mock-Fault/, '... is told by name');
$r = create('latency=fast');
is($r->{status}, 400, 'what is no fault');

# a refused request meets no fault

$r = $c->u2('POST', AsrClient::TASKS, {},
            headers => ['X-Mock-Fault', 'status=503']);
is($r->{json}{base_resp}{status_code}, 100001, 'wrong by itself');


# bare pages, types and lengths

$r = create('status=503');
is($r->{status}, 503, 'a gateway page');
unlike($r->{body}, qr/base_resp/, '... that is no envelope');

is(create('type=text/html')->{headers}{'content-type'}, 'text/html',
   'a wrong type');

$r = create();
my $length = $r->{headers}{'content-length'};
is(create('length=-10')->{headers}{'content-length'}, $length - 10,
   'a wrong length');


# on the wire; the bytes as they come

sub wire
{
    my ($spec) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                  PeerPort => $m->port);

    print $s $c->u2_bytes('POST', AsrClient::TASKS, AsrClient::u2_body($file),
                          headers => ['X-Mock-Fault', $spec]);

    my ($text, $rc) = ('');

    while ($rc = sysread $s, $text, 65536, length $text) { }

    return ($text, defined $rc ? '' : "$!");
}

my ($text, $error) = wire('empty');
is($text, '', 'nothing at all');
is($error, '', '... and a decent end');

($text, $error) = wire('reset');
is($text, '', 'nothing');
like($error, qr/reset/i, '... but a reset');

($text) = wire('garbage');
unlike($text, qr{^HTTP/1}, 'no HTTP');
cmp_ok(length $text, '>', 10, '... but something');

($text) = wire('cut=20');
my ($head, $body) = split /\r\n\r\n/, $text, 2;
is(length $body, 20, 'cut after twenty bytes');
like($head, qr/Content-Length: (?!20\b)\d+/, '... of more');

($text) = wire('cut=0');
like($text, qr/\r\n\r\n\z/, 'cut before the body: the head alone');

($text) = wire('dribble=200ms, latency=50ms');
like($text, qr/"status_msg":"success"\}\}\z/, 'a dribbled reply is whole');
($text) = wire('latency=lognormal(10ms,0.5)');
like($text, qr/"status_msg":"success"\}\}\z/, 'a late one too');


# a task that will fail

$m->set_plan($key, { progress => 'once' });
my $task = create('task=corrupt')->{json}{task_id};
is($c->u2_poll($task)->{json}{status}, 'Failed', 'its task fails');
$task = create()->{json}{task_id};
is($c->u2_poll($task)->{json}{status}, 'Success',
   "... the next one's does not");


$c->u2_poll($task, headers => ['X-Mock-Fault', 'task=corrupt']);
$task = create()->{json}{task_id};
is($c->u2_poll($task)->{json}{status}, 'Success',
   '... nor does one that was made after a query with that fault');


# rules, used up in order and accounted for

$m->world($key, 'faults', { faults => [
    { operation => 'u2.create', fault => '100999', times => 2 },
    { operation => 'create', fault => '100101', times => 1, skip => 1 },
    { operation => 'tencent.*', fault => 'InternalError.FailAccessRedis',
      times => 1 },
] }, 'POST');

is(join(' ', map { create()->{json}{base_resp}{status_code} } 1 .. 5),
   '100999 100999 0 100101 0', 'in order, each as often as it says');
is(AsrClient::tc3_code(rec()), 'InternalError.FailAccessRedis', "tencent's");
is(AsrClient::tc3_code(rec()), '', '... once');

my $rules = $m->world($key, 'faults')->{faults};
is(join(' ', map { $_->{used} } @$rules), '2 1 1', 'accounted for');

is($m->admin('DELETE', "worlds/$key/faults/$rules->[0]{id}")->{status}, 200,
   'one goes');
is(scalar @{ $m->world($key, 'faults')->{faults} }, 2, '... alone');
is($m->admin('POST', "worlds/$key/faults", { fault => 'nonsense=1' })->{status},
   400, 'nonsense is refused');
$m->admin('DELETE', "worlds/$key/faults");
is(scalar @{ $m->world($key, 'faults')->{faults} }, 0, 'all gone');

my $faulted = $m->world($key, 'requests?verdict=faulted&limit=1')->{requests};
is($faulted->[0]{fault}, 'InternalError.FailAccessRedis',
   'what was done is in the journal');

$m->stop;

done_testing();
