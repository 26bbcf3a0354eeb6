#!/usr/bin/perl

# What the mock remembers of requests before: not to the harm of later ones.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;

use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $key = 'test-again';
my $c = $m->client($key);

$m->set_plan($key, { progress => 'told' });
$m->world($key, 'clock', { freeze => \1 });

my $task = $c->u2_create($c->u2_file(wav_cut('0880', 0, 2000)))
           ->{json}{task_id};


# a diagnosis that depends on a header is made for each value of it

sub said
{
    my ($host) = @_;

    $m->world($key, 'clock', { advance => '1m' });

    my $r = $m->admin('GET', "../v1/audio/asr/tasks/$task", undef,
                      headers => ['Host', $host,
                                  'Authorization', "Bearer $key"]);

    return ($r->{headers}{'x-mock-diagnosis'} // '') =~ /^(\S+)/ ? $1 : '';
}

is(said('localhost'), '', 'nothing to say');
is(said('localhost'), '', '... nor a second time');
is(said('api.hivoice.cn'), 'D-plain-http', 'the same to another host');
is(said('api.hivoice.cn'), 'D-plain-http', '... again');
is(said('localhost'), '', 'and to the first one');


# results of long audio are long

my $long = 'x' x (3 * 1024 * 1024);
my $box = sub { $m->admin('GET', "inbox/$_[0]")->{json} };

is($m->admin('POST', 'inbox/long', $long)->{status}, 200, 'a long mail');
is(length $box->('long')->{received}[0]{body}, length $long, '... is whole');

$m->admin('POST', "inbox/more$_", $long) for 1 .. 6;

is(scalar @{ $box->('long')->{received} }, 0, 'the oldest makes room');
is($box->('long')->{count}, 1, '... and stays counted');
is(length $box->('more6')->{received}[0]{body}, length $long, 'for the newest');

# a body of no bytes

is($m->admin('POST', 'inbox/empty', '')->{status}, 200, 'an empty mail');
is($box->('empty')->{received}[0]{body}, '', '... is there');
is($m->admin($_->[0], "worlds/$key/$_->[1]", $_->[2])->{status}, 400,
   "no JSON: @$_[0 .. 1]")
    for ['PUT', 'clock', ''], ['POST', 'faults', ''], ['POST', 'faults'],
        ['PUT', 'plan', ''], ['PATCH', 'plan'];


# a query that is held when its world goes is no error of anybody's

my $going = 'test-going';

$c = $m->client($going);
$m->set_plan($going, { progress => 'once' });
$task = $c->u2('POST', AsrClient::TASKS, { model => 'u2-asr', format => 'wav',
    file_url => $m->url . '/_mock/audio/tone.wav?seconds=9&slow=1000' })
    ->{json}{task_id};

my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $m->port);
print $s $c->u2_bytes('GET', AsrClient::TASKS . "/$task");

ok((wait_until { $m->world($going, "tasks/$task")->{polls} } 20),
   'it is held');
is($m->admin('DELETE', "worlds/$going")->{status}, 204, 'its world goes');
like(join('', <$s>), qr/no such task/, '... and the task with it');
is($m->admin('GET', 'worlds/_')->{status}, 404, 'nobody has a request of it');
ok($m->admin('GET', 'report')->{json}{ok}, '... nor an error');

$m->stop;

done_testing();
