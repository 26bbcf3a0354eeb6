#!/usr/bin/perl
#
# The suite on module and mock: all cases hold on both, and the two matrices
# are the same, byte for byte but for the lines that say what they are of.
# Sanitized, it runs all cases that are written and a tenth of those that are
# generated, the same ones each time.

use strict;
use warnings;

use Fcntl qw(F_SETFD);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP ();
use Test::More;

use AsrMock;
use AsrTest;

my $dir = tempdir('asr-conf-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $suite = AsrTest::build_dir() . '/asr-conformance';

my $every = AsrTest::sanitized() ? 10 : 1;


# A socket that receives callbacks, and an accounts file that names it.

sub receiver
{
    my ($name) = @_;
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
        or die "no port: $!";
    my $hook = 'http://127.0.0.1:' . $socket->sockport . '/webhook';

    system("$suite --print-accounts --webhook $hook > $dir/$name.json") == 0
        or die "--print-accounts: $?\n";

    return ($socket, "$dir/$name.json");
}


# Runs all of it; (status, what it printed).

sub conform
{
    my ($name, $url, $socket) = @_;

    # the suite has it from here on
    fcntl $socket, F_SETFD, 0;

    system("$suite --target $url --accounts $dir/$name.json --every $every"
           . " --listen fd:" . fileno($socket)
           . " --timeout 300 --task-timeout 300"
           . " --report matrix.md=$dir/$name.md"
           . " --report matrix.html=$dir/$name.html"
           . " --report jsonl=$dir/$name.jsonl"
           . " > $dir/$name.out 2> $dir/$name.err");
    my $status = $? >> 8;
    close $socket;

    return ($status, AsrTest::slurp("$dir/$name.out"));
}


# The matrix without the lines of this run alone, which it marks.

sub same
{
    my ($name, $fmt) = @_;
    my $text = AsrTest::slurp("$dir/$name.$fmt");

    ok($text =~ s{<!-- endpoints -->.*?<!-- /endpoints -->}{}s,
       "$name: the $fmt matrix marks what is of the run");
    return $text;
}


# How many cases, and how many of them make a task of it, by document.

sub cases
{
    my ($name) = @_;
    my %n;

    for my $line (split /\n/, AsrTest::slurp("$dir/$name.jsonl")) {
        my $case = JSON::PP::decode_json($line);

        $n{$1}++ if ($case->{id} // '') =~ m{^(\w+)/};
    }

    return \%n;
}


my ($socket, $accounts) = receiver('mock');
my $mock = AsrMock->new('--fail-on', 'never', '--accounts', $accounts);
my ($status, $out) = conform('mock', $mock->{url}, $socket);

is($status, 0, 'the mock: all hold') or diag($out);
like($out, qr/^\d{4,} passed, 0 failed, 0 skipped\n\z/m,
     'none failed, none was passed over');

my $n = cases('mock');

cmp_ok($n->{$_}, '>=', 1000 / $every, "$_: a thousand cases and more")
    for qw(tencent u2 ice);
cmp_ok($n->{memories}, '>=', 500 / $every,
       'memories: what three parameters give');

$mock->stop;

($socket, $accounts) = receiver('module');

my $t = AsrTest->new(accounts =>
                     JSON::PP::decode_json(AsrTest::slurp($accounts)));

$t->conf(<<'EOF');
%%GLOBALS%%
worker_processes 1;
events { worker_connections 512; }
http {
    %%HTTP%%
    asr_fetch_allow 127.0.0.0/8;
    asr_memories_sync time=300s requests=400;
    large_client_header_buffers 4 40k;
    server {
        listen 127.0.0.1:%%PORT%%;
        client_max_body_size 16m;
        location /v1/           { asr u2; }
        location /serve/api/v2/ { asr memories; }
        location /              { asr tencent ice; }
    }
}
EOF
$t->run;

($status, $out) = conform('module', 'http://127.0.0.1:' . $t->port,
                          $socket);
is($status, 0, 'the module: all hold') or diag($out);
like($out, qr/^\d{4,} passed, 0 failed, 0 skipped\n\z/m,
     'none failed, none was passed over');
is_deeply(cases('module'), $n, 'the same cases');

$t->stop;

is(same('module', 'md'), same('mock', 'md'), 'one matrix, in Markdown');
is(same('module', 'html'), same('mock', 'html'), 'and in HTML');

# a guess is marked as one

like(same('mock', 'md'), qr/observed/, 'the matrix tells what is observed');

done_testing;
