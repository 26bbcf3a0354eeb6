package AsrConf;

# Runs build/asr-conformance as a user does, with the most memory it ever had.

use strict;
use warnings;

use IO::Select;
use POSIX ();
use Time::HiRes qw(time);

use AsrTest ();

use constant LIMIT => 120 * AsrTest::slow();     # seconds


sub program { return AsrTest::build_dir() . '/asr-conformance' }


# child: called before exec.  { status, out, err, rss }: status is 128 and the
# signal when one ended it, -1 when it had to be killed; rss is in KiB.

sub run
{
    my ($class, @args) = @_;
    my %opt = ref $args[0] ? %{ shift @args } : ();
    my $self = bless { out => '', rss => 0, status => -1 }, $class;
    my $program = $opt{program} // program();

    pipe my $read, my $write or die "pipe: $!";
    open my $err, '+>', undef or die "a file: $!";

    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        close $read;
        open STDIN, '<', '/dev/null' or POSIX::_exit(126);
        open STDOUT, '>&', $write or POSIX::_exit(126);
        open STDERR, '>&', $err or POSIX::_exit(126);
        $opt{child}->() if $opt{child};
        { exec { $program } $program, @args }
        POSIX::_exit(125);
    }

    close $write;

    my $select = IO::Select->new($read);
    my $end = time + LIMIT;

    while (time < $end) {
        $self->{rss} = peak($pid, $self->{rss});
        next unless $select->can_read(0.02);
        sysread $read, $self->{out}, 65536, length $self->{out} or last;
    }

    kill 'KILL', $pid if time >= $end;
    waitpid $pid, 0;
    $self->{status} = $? & 127 ? 128 + ($? & 127) : $? >> 8
        if time < $end;

    seek $err, 0, 0;
    $self->{err} = do { local $/; readline $err } // '';

    return $self;
}


sub peak
{
    my ($pid, $before) = @_;

    open my $f, '<', "/proc/$pid/status" or return $before;
    my ($kib) = do { local $/; <$f> } =~ /^VmHWM:\s*(\d+)/m;

    return defined $kib && $kib > $before ? $kib : $before;
}


1;
