package AsrSpeechHour;

# A long recording on its way through a gateway, with two threads and with one,
# and meanwhile requests for a static file and short recordings.

use strict;
use warnings;

use File::Temp qw(tempfile);
use List::Util qw(max shuffle);
use POSIX ();
use Time::HiRes qw(time sleep);

use AsrHttp;
use AsrSpeechData;
use AsrSpeechGateway;
use AsrSpeechScore qw(word_errors_by_set percentile rate);

use constant RATE => 20;                 # requests for the static file a s
use constant GAP => 0.5;                 # s between recordings
use constant IDLE => 10;                 # s


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
    my ($port) = @_;
    my $static = start_static($port);

    sleep IDLE;

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


# Words are given to the utterances by their times.

sub score_tape
{
    my ($tape, $task) = @_;
    my @utts = @{ $tape->{utts} };
    my @hyps = map { [] } @utts;
    my $at = 0;

    for my $w (sort { $a->{start} <=> $b->{start} }
               AsrSpeechGateway::timed_words($task))
    {
        my $middle = ($w->{start} + $w->{end}) / 2;

        $at++ while $at < $#utts && $middle > ($utts[$at]{to}
                                               + $utts[$at + 1]{from}) / 2;
        push @{ $hyps[$at] }, $w->{text};
    }

    return word_errors_by_set(map { { set => 'x', ref => $utts[$_]{words},
                                      hyp => $hyps[$_] } } 0 .. $#utts)->{''};
}


# Recordings in a random order that is always the same, over and over.

sub long_tape
{
    my ($seconds, @items) = @_;
    my @list;

    srand 1;
    push @list, shuffle @items while AsrSpeechData::seconds(@list) < $seconds;

    return AsrSpeechData::tape(\@list, GAP, $seconds);
}


sub row
{
    my ($gateway, $threads, $tape, $r) = @_;
    my $task = $r->{task};
    my @took = grep { defined } map { $_->{took} } @{ $r->{short} };

    return [$threads, ['%.0f', $tape->{seconds}], ['%.1f', $task->{waited}],
            ['%.1f', $task->{uploaded} - $task->{begun}], ['%.0f', $r->{cpu}],
            ['%.4f', $r->{cpu} / $tape->{seconds}],
            ['%.1f', ($gateway->memory_of_a_thread)[0]],
            $task->{sentences} ? rate(score_tape($tape, $task)) : undef,
            scalar @{ $r->{short} }, ['%.2f', percentile(50, @took)],
            ['%.2f', scalar max(@took)]];
}


sub static_row
{
    my ($threads, $when, $ms, $failed) = @_;

    return [$threads, $when, scalar @$ms, $failed,
            map { ['%.2f', $_] } percentile(50, @$ms), percentile(99, @$ms),
                                 scalar max(@$ms)];
}


# start: makes a gateway of so many threads.

sub measure
{
    my ($bench, $start) = @_;
    my $hours = $bench->{env}{hour} || 1;
    my @items = @{ $bench->{data}{items} };
    my $tape = long_tape(3600 * $hours, @items);
    my $wav = AsrSpeechData::wav(delete $tape->{pcm});
    my ($short) = sort { abs($a->{duration} - 3) <=> abs($b->{duration} - 3) }
                  @items;
    my (@rows, @static, %wall);

    for my $threads (2, 1) {
        my $gateway = $start->(threads => $threads);
        my @idle = idle($gateway->port);
        my $r = run($gateway, wav => $wav, short => $short->{file},
                    every => max(2, 30 * $hours), limit => 7200 * $hours + 600);

        $bench->{report}->failed("$threads threads", $r->{task});
        $bench->{report}->failed('short recording', $_)
            for @{ $r->{short} };

        $wall{$threads} = $r->{task}{waited};
        push @rows, row($gateway, $threads, $tape, $r);
        push @static, static_row($threads, 'idle', @idle),
                      static_row($threads, 'meanwhile', @$r{qw(ms failed)});
        $gateway->stop;
    }

    $bench->{report}->add('hour', 'One long recording',
        ['threads', 'audio s', 'wall s', 'upload s', 'CPU s', 'CPU/audio',
         'MB/thread', 'wer%', 'short ones', 'median s', 'max s'], \@rows,
        $wall{1} && $wall{2}
            ? sprintf('Two threads are %.2f times as fast as one.',
                      $wall{1} / $wall{2}) : (),
        'Wall: from the creation of the task to its success; wer: words are '
        . 'given to the',
        sprintf('recordings by their times.  Short ones: of %.1f s, sent '
                . 'meanwhile; from upload to', $short->{duration}),
        'success.');
    $bench->{report}->add('hour', 'Requests for a static file, ms',
        ['threads', '<when', 'requests', 'failed', 'p50', 'p99', 'max'],
        \@static, RATE . ' a second, of 1 KB, over a kept connection.');
}


1;
