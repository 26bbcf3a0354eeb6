#!/usr/bin/perl

# /_mock/events: what happens, as it happens, to those who listen, read slowly
# or not at all, and go.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Test::More;

use AsrHttp qw(json_encode json_decode wait_until);
use AsrMock;
use AsrTest;

my $odd = 'an "odd\\name"';
my $dir = tempdir(TMPDIR => 1, CLEANUP => 1);

open my $f, '>', "$dir/accounts.json" or die "$dir: $!\n";
print $f json_encode({ accounts => [
    { name => $odd, keys => [ { bearer => 'sk-odd-4f5e6d7c' } ] } ] });
close $f;

my $m = AsrMock->new('--accounts', "$dir/accounts.json", '--memory', '2m');
my $c = $m->client('test-live');
my $speech = wav_cut('0880', 0, 1200);


sub listener
{
    my ($query, $buffer) = @_;
    my $s = IO::Socket::INET->new(Proto => 'tcp') or die "socket: $!";

    setsockopt $s, SOL_SOCKET, SO_RCVBUF, $buffer if $buffer;
    $s->connect(Socket::pack_sockaddr_in($m->port,
                                         Socket::inet_aton('127.0.0.1')))
        or die "connect: $!";
    syswrite $s, "GET /_mock/events$query HTTP/1.1\r\nHost: x\r\n\r\n";

    return { socket => $s, in => '' };
}


# All so far, once one of them fits: a list of { event, data }.

sub heard
{
    my ($l, $fits) = @_;
    my @all;

    wait_until {
        if (IO::Select->new($l->{socket})->can_read(0.1)) {
            sysread $l->{socket}, $l->{in}, 65536, length $l->{in};
        }

        @all = map { { event => $_->[0], data => json_decode($_->[1]) } }
               map { /^event: (\S+)\ndata: (.*)$/m ? [$1, $2] : () }
               split /(?<=\n\n)/, $l->{in} =~ s/\r\n[0-9a-f]+\r\n//gr;

        grep { local $_ = $_; $fits->() } @all;
    } 20 * slow();

    return @all;
}


sub settled
{
    my ($l) = @_;

    wait_until {
        IO::Select->new($l->{socket})->can_read(0.1)
            && sysread $l->{socket}, $l->{in}, 65536, length $l->{in};
        $l->{in} =~ /: here\n|\A\S+ 503/;
    } 20 * slow();

    return $l->{in} =~ m{\AHTTP/1[.]1\ 200\ .*
                         ^Content-Type:\ text/event-stream\r$}msx;
}


# one of each kind

my $all = listener('');
my $mine = listener('?world=test-live');
ok(settled($all) && settled($mine), 'they listen');

$m->set_plan('test-live', { progress => 'once' });
my $task = $c->u2_create($c->u2_file($speech))->{json}{task_id};
$c->u2_poll($task);
$m->client('test-other')->u2_poll(1);
$m->world('test-live', 'clock', { advance => '1s' });
$m->admin('POST', 'inbox/of-mine', { some => 'thing' });
$m->admin('DELETE', 'worlds/test-other');
$m->admin('DELETE', 'worlds/test-live');

my @all = heard($all, sub { $_->{event} eq 'world'
                            && $_->{data}{world} eq 'test-live' });
my @mine = heard($mine, sub { $_->{event} eq 'world' });

is(scalar(grep { !$_->{data} } @all), 0, 'all of it is JSON');

my @requests = grep { $_->{event} eq 'request' } @all;
is(join(' ', map { $_->{data}{operation} } @requests),
   'upload create query query', 'requests');
is(scalar(() = $all->{in} =~ /^data: .*"world".*"world"/mg), 0,
   'each has its world once');
is($requests[1]{data}{verdict}, 'ok', '... as the list shows them');
ok(!exists $requests[1]{data}{body}, '... without their bodies');
ok((grep { $_->{event} eq 'task' && $_->{data}{id} == $task } @all), 'a task');
ok((grep { $_->{event} eq 'clock' } @all), 'the clock');
ok((grep { $_->{event} eq 'callback' && $_->{data}{world} eq 'of-mine' } @all),
   'an inbox');
is(join(' ', map { $_->{data}{world} } grep { $_->{event} eq 'world' } @all),
   'test-other test-live', 'worlds that go');

is(scalar(grep { $_->{data}{world} ne 'test-live' } @mine), 0,
   'a filter keeps others out');
is(scalar(grep { $_->{event} eq 'request' } @mine), 3, '... and its own in');

is($m->admin('POST', 'events')->{status}, 405, 'by GET');


# what is no name in JSON

$m->client('sk-odd-4f5e6d7c')->u2_poll(1);
$m->world($odd =~ s/([^a-z])/sprintf '%%%02x', ord $1/ger, 'clock',
          { advance => '1s' });
@all = heard($all, sub { $_->{event} eq 'clock' && $_->{data}
                         && $_->{data}{world} eq $odd });
is(scalar(grep { !$_->{data} } @all), 0, 'still JSON');
is($all[-1]{data}{world}, $odd, 'a name with quotes');


# those who do not read miss some; nobody waits for them, nothing grows

sub memory
{
    return (split ' ', AsrTest::slurp('/proc/' . $m->nginx . '/statm'))[1] * 4;
}

my @deaf = map { listener('', 4096) } 1 .. 8;
settled($_) for @deaf;

my $post = $c->u2_bytes('POST', AsrClient::TASKS,
                        AsrClient::u2_body(1, x => 'y' x 2000, z => 'w' x 2000),
                        headers => ['Connection', 'keep-alive']);
my $s = $c->start('');
my $before;

for my $n (1 .. 3000) {
    AsrHttp::send_all($s, $post);
    $c->finish($s, keep => 1);
    $before = memory() if $n == 1500;
}

# the sanitizer keeps what was freed

cmp_ok(memory() - $before, '<', AsrTest::sanitized() ? 65536 : 4096,
       'what they do not read is not kept');
is($m->admin('GET', 'health')->{status}, 200, 'the mock goes on');

# ... and hear again when they read

my $again = wait_until {
    my ($l, $in) = ($deaf[0]{socket}, '');

    $m->client('test-again')->u2_poll(1);

    while ($in !~ /test-again/ && IO::Select->new($l)->can_read(0.1)) {
        sysread $l, $in, 65536, length($in = substr $in, -1000) or last;
    }

    $in =~ /test-again/;
} 20 * slow();

ok($again, 'who reads again hears again');


# so many and no more; who goes makes room

close $_->{socket} for @deaf, $all, $mine;

my @crowd;
my $heard = wait_until {
    close $_->{socket} for @crowd;
    @crowd = map { listener('') } 1 .. 64;
    64 == grep { settled($_) } @crowd;
} 30 * slow();

ok($heard, '64 listen');

is($m->admin('GET', 'events')->{status}, 503, '... and no more');
$c->u2_poll(1);
is(scalar(grep { heard($_, sub { $_->{event} eq 'request' }) } @crowd), 64,
   'all hear it');

close $_->{socket} for @crowd;
ok((wait_until { settled(listener('')) } 20 * slow()), 'they are gone');

$m->stop;

done_testing();
