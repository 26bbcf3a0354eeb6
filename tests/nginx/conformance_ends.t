#!/usr/bin/perl
#
# How the suite ends: what it did not run, or was kept from running, does not
# hold.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(WEXITSTATUS WIFEXITED);
use Test::More;

use AsrTest;

my $dir = tempdir('asr-ends-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $suite = AsrTest::build_dir() . '/asr-conformance';

# who can be reached, and says nothing
my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0,
                                   Listen => 64, ReuseAddr => 1)
    or die "no port: $!";
my $mute = 'http://127.0.0.1:' . $socket->sockport;


# Starts it; its pid.

sub start
{
    my @args = @_;
    my $pid = fork // die "fork: $!";

    return $pid if $pid;

    open STDOUT, '>', "$dir/out" or die;
    open STDERR, '>', "$dir/err" or die;
    exec $suite, @args or die;
}


# (status, what it printed, what it complained of)

sub end
{
    my ($pid) = @_;

    waitpid $pid, 0;

    return (WIFEXITED($?) ? WEXITSTATUS($?) : "signal $?",
            AsrTest::slurp("$dir/out"), AsrTest::slurp("$dir/err"));
}


my ($status, $out, $err) = end(start('u2/query', 'u2/no-such-thing',
                                     '--target', $mute));

is($status, 2, 'an id that names no case is an error');
like($err, qr{no case is "u2/no-such-thing"}, 'and it is said which');

($status, $out, $err) = end(start('u2', 'ice', '--target', "u2=$mute"));

is($status, 2, 'so is one without a target');
like($err, qr{no target for "ice"}, 'and it is said which');

($status, $out, $err) = end(start('u2/cause/disabled', '--target', $mute));

is($status, 2, 'where all is skipped nothing holds');
like($err, qr{all cases were skipped}, 'and that is said');
like($out, qr{^0 passed, 0 failed, 1 skipped$}m, 'the last line counts');

($status, $out, $err) = end(start('--replay', 'u2/cause/disabled',
                                  '--target', $mute));

is($status, 2, 'nor does a replay that is skipped');
like($out, qr{^skipped: no account "disabled"}m, 'which says why');

($status, $out, $err) = end(start('u2', '--target', $mute, '--report',
                                  "tap=$dir/none/tap"));

is($status, 2, 'a report that cannot be written is told before the run');
unlike($out, qr{passed}, 'not after it');

for my $target ('http://', 'http://:80', 'http://h?q', 'http://h#f',
                'http://key@h', 'ftp://h', 'h:80')
{
    ($status, $out, $err) = end(start('u2', '--target', $target));
    is($status, 2, "\"$target\" is no target");
}


# The first request says which way a path before all others is taken, and is
# not answered: the suite is told to end.

my $pid = start('u2', '--threads', '1', '--target', "$mute/before/",
                '--report', "jsonl=$dir/jsonl");
my ($client, $line);

do {
    $client = $socket->accept or die "nobody came: $!";
    $line = <$client>;
} until defined $line;

like($line, qr{^[A-Z]+ /before/v1/}, 'a path of the target stands before all');

kill 'INT', $pid;
close $socket;
close $client;

($status, $out, $err) = end($pid);

is($status, 2, 'a run that is interrupted does not hold');
like($err, qr{interrupted, \d+ of \d+ cases were run}, 'and says so');
like($out, qr{^\d+ passed, \d+ failed, \d+ skipped$}m,
     'having said what was done');
like(AsrTest::slurp("$dir/jsonl"), qr{"not run"}, 'in its reports, too');

done_testing();
