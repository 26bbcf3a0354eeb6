package AsrSpeechHour;

# A long recording on its way through a gateway, and meanwhile requests for a
# static file and short recordings.

use strict;
use warnings;

use File::Temp qw(tempfile);
use POSIX ();
use Time::HiRes qw(time sleep);

use AsrHttp;
use AsrSpeechGateway;

use constant RATE => 20;                 # requests for the static file a s


# Asks for the static file in a process of its own, at a steady rate over a
# kept connection.

sub start_static
{
    my ($port) = @_;
    my ($f, $name) = tempfile('asr-latency-XXXXXX', TMPDIR => 1, UNLINK => 1);
    my $pid = fork // die "fork: $!\n";

    return { pid => $pid, file => $name } if $pid;

    my ($stop, @ms) = (0);

    $SIG{TERM} = sub { $stop = 1 };

    my $c = AsrHttp->new($port);
    my $bytes = $c->compose('GET', '/static', keep => 1);
    my $s = $c->start('');

    while (!$stop) {
        my $begun = time;

        AsrHttp::send_all($s, $bytes);
        my $r = $c->finish($s, keep => 1);

        last if $stop;
        push @ms, $r->{status} == 200 ? sprintf '%.3f', 1000 * (time - $begun)
                                      : 'failed';
        $s = $c->start('') if $r->{status} != 200;
        sleep 1 / RATE;
    }

    print $f map { "$_\n" } @ms;
    close $f;
    POSIX::_exit(0);
}


# (latencies in ms, requests that failed)

sub stop_static
{
    my ($static) = @_;

    kill 'TERM', $static->{pid};
    waitpid $static->{pid}, 0;

    open my $f, '<', $static->{file} or die "$static->{file}: $!\n";
    chomp(my @lines = <$f>);
    my @ms = grep { $_ ne 'failed' } @lines;

    return (\@ms, @lines - @ms);
}


sub idle
{
    my ($port, $seconds) = @_;
    my $static = start_static($port);

    sleep $seconds;

    return stop_static($static);
}


# wav: the recording; short: a file; every: s between the short ones.  { task,
# cpu (s), ms, failed (of static), short (tasks) }.

sub run
{
    my ($gateway, %opt) = @_;
    my $static = start_static($gateway->port);
    my $before = $gateway->cpu->{all};
    my $task = $gateway->u2(bytes => $opt{wav});
    my $next = time + $opt{every};
    my $end = time + $opt{limit};
    my @short;

    while (!$gateway->ended($task)) {
        if (time > $end) {
            $task->{error} = 'not ended in time';
            last;
        }

        if (time > $next && !grep { !$gateway->ended($_) } @short) {
            push @short, $gateway->u2(file => $opt{short});
            $next = time + $opt{every};
        }

        $gateway->ended($_) for @short;
        sleep 0.1;
    }

    my $cpu = $gateway->cpu->{all} - $before;

    $gateway->finish(60, @short);

    my ($ms, $failed) = stop_static($static);

    return { task => $task, cpu => $cpu, ms => $ms, failed => $failed,
             short => \@short };
}


1;
