#!/usr/bin/perl

# A reload each second under load: no request fails, no task is lost, and the
# old workers are gone within five seconds.  ASR_RELOADS: how many (30).

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;
use Time::HiRes qw(time);

use AsrTest;

my $reloads = $ENV{ASR_RELOADS} || (AsrTest::sanitized() ? 8 : 30);

my $t = AsrTest->new->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location = /asr/status { asr_status; }
        location / { asr tencent; }
    }
}
EOF

my $c = $t->client;
my $wav = wav_cut('0880', 800, 1300);
my $data = encode_base64($wav, '');
my $long = $c->u2_file(speech_file('0870'));


# The load: a child that creates and polls until it is told to stop, and
# says what it did on a pipe.

sub load
{
    pipe my $r, my $w or die "pipe: $!";

    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        my ($stop, $n, @tasks, @failed) = (0, 0);

        close $r;
        local $SIG{TERM} = sub { $stop = 1 };

        while (!$stop) {
            my $a = $c->tc3('CreateRecTask', AsrClient::rec_task($data));
            my $id = $a->{json}{Response}{Data}{TaskId};

            $n++;
            push @failed, "create $a->{status} $a->{body}" unless $id;
            push @tasks, $id if $id;

            for (1 .. 20) {
                my $p = $c->tc3('DescribeTaskStatus',
                                { TaskId => $tasks[rand @tasks] });
                $n++;
                push @failed, "poll $p->{status} $p->{body}"
                    if !defined $p->{json}{Response}{Data};
                select undef, undef, undef, 0.02;
            }
        }

        print $w AsrHttp::json_encode({ n => $n, tasks => \@tasks,
                                        failed => \@failed });
        close $w;
        $t->{master} = undef;            # not this process's to stop
        POSIX::_exit(0);
    }

    close $w;

    return ($pid, $r);
}


my ($pid, $pipe) = load();
my $task = $c->u2_create($long)->{json}{task_id};
my ($slowest, $stuck, $missing) = (0, 0, 0);

for my $i (1 .. $reloads) {
    my $start = time;
    my @old = $t->reload;

    $missing++ unless @old;
    $stuck++ unless $t->gone(5 * slow(), @old);
    my $took = time - $start;
    $slowest = $took if $took > $slowest;

    select undef, undef, undef, 1 - $took if $took < 1;
}

kill 'TERM', $pid;
my $report = AsrHttp::json_decode(do { local $/; <$pipe> });
waitpid $pid, 0;

is($missing, 0, "$reloads reloads brought new workers");
is($stuck, 0, 'old workers were gone within five seconds')
    or diag("slowest $slowest s");
cmp_ok($report->{n}, '>', $reloads * 5, "$report->{n} requests meanwhile");
is(scalar @{ $report->{failed} }, 0, 'none failed')
    or diag(join "\n", @{ $report->{failed} }[0 .. 4]);

my @tasks = @{ $report->{tasks} };
my $n = @tasks;

cmp_ok($n, '>', 0, "$n tasks meanwhile");

my $all = wait_until {
    my $s = $c->request('GET', '/asr/status')->{json}{tasks} // {};
    ($s->{succeeded} // 0) + ($s->{failed} // 0) >= $n + 1;
} 240 * slow();
ok($all, 'all ended');

my @lost = grep {
    my $d = $c->tc3('DescribeTaskStatus', { TaskId => $_ })
              ->{json}{Response}{Data};
    ($d->{Status} // 9) != 2;
} @tasks;
is("@lost", '', 'each with its transcript');

is($c->u2_wait($task, 60 * slow())->{json}{status}, 'Success',
   'a longer one too');

is(scalar($t->workers), 2, 'two workers, as ever');

$t->stop;
done_testing();
