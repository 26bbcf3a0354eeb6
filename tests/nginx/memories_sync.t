#!/usr/bin/perl

# Requests of document 002 that are held: their time, their number, clients
# that go, a reload meanwhile.  No recogniser runs until one is wanted.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use AsrMemories;
use AsrTest;

my $conf = <<'EOF';
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads THREADS;
    asr_memories_sync time=TIME requests=2;
    asr_memories_code integer;
    asr_public_url https://asr.example;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /serve/api/v2/ { asr memories; }
        location = /status { asr_status; }
    }
}
EOF


sub conf
{
    my ($threads, $time) = @_;
    my $text = $conf;

    $text =~ s/THREADS/$threads/;
    $text =~ s/TIME/$time/;

    return $text;
}


my $t = AsrTest->new(accounts => AsrMemories::accounts())
               ->conf(conf(0, '1s'))->run;
my $c = AsrMemories->new($t->port, 'sk-demo-7c1f0b3a');
my $wav = speech_file('0870');
my ($r, $begin, @s);

my $asset = $c->asset($wav);


sub tasks
{
    my $r = $c->request('GET', '/status');
    my $n = 0;

    $n += $_ for values %{ $r->{json}{tasks} };

    return $n;
}


$r = $c->call('POST', '/upload/signed-url', { original_filename => 'a' });
is($r->{json}{code}, 200, 'integer codes');
like($r->{json}{data}{signed_url},
     qr{^https://asr\.example/serve/api/v2/upload/signed/re_\d{18}/},
     'asr_public_url');

# the time is up

$begin = time;
$r = $c->sync($asset);
is($r->{status}, 504, 'too long: 504');
is($r->{json}{code}, 504, 'too long: code');
cmp_ok(time - $begin, '>=', 0.9, 'too long: not before its time');
like($r->{json}{data}{task_id}, qr/^[0-9a-f]{32}$/, 'too long: the task');

my $left = $r->{json}{data}{task_id};
$r = $c->call('GET', "/task/$left");
is($r->{json}{data}{status}, 'pending', 'too long: the task goes on');

# two may wait, a third may not, and others are served meanwhile; the places
# of clients that went are free at once

$t->conf(conf(0, '10m'));
my @old = $t->reload;
ok(@old && $t->gone(10 * slow(), @old), 'reload');

my $before = tasks();

@s = map { $c->start($c->sync_bytes($asset)) } 1 .. 2;
ok((wait_until { tasks() == $before + 2 } 10 * slow()), 'two wait');

$begin = time;
$r = $c->sync($asset);
is("$r->{status} $r->{json}{code}", '503 503', 'a third is refused');
is($c->async($asset)->{status}, 200, 'async is not');
cmp_ok(time - $begin, '<', 5 * slow(), 'nobody else waits');

close $_ for @s;
@s = ();

ok((wait_until {
    my $s = $c->start($c->sync_bytes($asset));
    my $r = $c->finish($s, timeout => 1, keep => 1);
    push @s, $s if $r->{status} == 0;
    $r->{status} == 0;
} 10 * slow()), 'clients that went made room');

# a reload while one waits: the old worker holds it, the new one works

$t->conf(conf(2, '10m'));
@old = $t->reload;
ok(scalar @old, 'reload with a recogniser');

$r = $c->finish($s[0], timeout => 60 * slow());
is($r->{status}, 200, 'the request held over a reload is answered');
cmp_ok(word_errors(speech_text('0870'),
                   AsrMemories::text($r->{json}{data}{items})), '<', 0.35,
       'with its transcript');

$r = $c->wait_task($left, 60 * slow());
is($r->{json}{data}{status}, 'completed',
   'the task of the request that was given up');

# a held request on a connection that goes on

my $keep = $c->start($c->sync_bytes($asset, {}, keep => 1));
$r = $c->finish($keep, timeout => 60 * slow(), keep => 1);
is($r->{status}, 200, 'keep-alive: the first');
AsrHttp::send_all($keep, $c->bytes('GET', "/$asset/metadata"));
$r = $c->finish($keep);
is($r->{status}, 200, 'keep-alive: the second');

$t->stop;
done_testing();
