package AsrBench;

# What the benchmarks share: counters of a process, and wrk.

use strict;
use warnings;

use Exporter qw(import);
use File::Basename qw(dirname);
use POSIX ();

our @EXPORT = qw(cpu_us loop_us memory reset_peak wrk);

my $tick = 1_000_000 / POSIX::sysconf(POSIX::_SC_CLK_TCK());


sub slurp
{
    my ($name) = @_;

    open my $f, '<:raw', $name or die "$name: $!\n";
    local $/;

    return scalar <$f>;
}


sub stat_us
{
    my ($name) = @_;
    my @f = split ' ', slurp($name) =~ s/^.*\) //sr;

    return ($f[11] + $f[12]) * $tick;
}


# User and system time: of all threads, and of the event loop's alone.

sub cpu_us { return stat_us("/proc/$_[0]/stat") }


sub loop_us { return stat_us("/proc/$_[0]/task/$_[0]/stat") }


# VmHWM and RssAnon, kB.

sub memory
{
    my ($pid) = @_;
    my $text = slurp("/proc/$pid/status");
    my %m = $text =~ /^(VmHWM|RssAnon):\s+(\d+) kB$/mg;

    return \%m;
}


sub reset_peak
{
    my ($pid) = @_;

    open my $f, '>', "/proc/$pid/clear_refs" or return;
    print $f "5\n";
    close $f;
}


# The same request over and over on kept connections; file: the request as
# "header: value" lines, an empty line, and the body.  (requests, seconds,
# requests that did not go well); lua: another script than request.lua.

sub wrk
{
    my ($url, $file, $seconds, $lua) = @_;
    my $script = dirname(__FILE__) . '/' . ($lua // 'request.lua');

    local $ENV{ASR_REQUEST} = $file;
    my $out = `wrk -t1 -c64 -d${seconds}s -s $script $url 2>&1`;

    $out =~ /^RESULT (\d+) (\d+) (\d+)$/m or die "wrk: $out\n";

    return ($1, $2 / 1e6, $3);
}


1;
