package AsrLaunch;

# Runs asr-mock as a user does, in a TMPDIR of its own: when it has ended,
# whether the folder is empty tells whether it cleaned up.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Select;
use POSIX qw(WNOHANG);
use Time::HiRes qw(time);

use AsrHttp qw(wait_until);
use AsrTest ();

use constant LIMIT => 60;                # seconds, for whatever is waited for


# program: another than the one that was built; tmp: another TMPDIR; args: its
# arguments; child: run before exec; env: more of the environment.

sub new
{
    my ($class, %opt) = @_;
    my $self = bless { %opt, owner => $$, out => '', err => '' }, $class;

    $self->{program} //= AsrTest::build_dir() . '/asr-mock';
    $self->{tmp} //= tempdir('asr-launch-XXXXXX', TMPDIR => 1, CLEANUP => 1);

    return $self;
}


# Starts it; does not wait.  Its stderr goes to a file: what it starts may
# have that open for longer than it lives.

sub spawn
{
    my ($self) = @_;

    pipe my $read, my $write or die "pipe: $!";
    pipe my $in, $self->{stdin} or die "pipe: $!";
    open my $err, '+>', undef or die "a file: $!";

    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        close $read;
        close $self->{stdin};
        $ENV{TMPDIR} = $self->{tmp};
        $ENV{$_} = $self->{env}{$_} for keys %{ $self->{env} // {} };
        $SIG{PIPE} = 'DEFAULT';

        open STDIN, '<&', $in or POSIX::_exit(126);
        open STDOUT, '>&', $write or POSIX::_exit(126);
        open STDERR, '>&', $err or POSIX::_exit(126);

        $self->{child}->() if $self->{child};
        sanitize() if AsrTest::sanitized();

        { exec { $self->{prefix}[0] // $self->{program} }
               @{ $self->{prefix} // [] }, $self->{program},
               @{ $self->{args} // [] } }
        POSIX::_exit(125);
    }

    close $write;
    @$self{qw(pid stdout stderr)} = ($pid, $read, $err);

    return $self;
}


# The stock nginx needs the sanitizer before it can load the module.

sub sanitize
{
    chomp(my $lib = `gcc -print-file-name=libasan.so`);
    $ENV{LD_PRELOAD} = $lib;
    $ENV{ASAN_OPTIONS} = 'detect_leaks=0';
    $ENV{UBSAN_OPTIONS} = 'print_stacktrace=1';
}


# Reads stdout until it matches or ends; true when it matched.

sub read_until
{
    my ($self, $pattern) = @_;
    my $select = IO::Select->new($self->{stdout});
    my $end = time + LIMIT;

    until ($self->{out} =~ $pattern) {
        return 0 if time >= $end;
        next unless $select->can_read(1);
        sysread($self->{stdout}, $self->{out}, 65536, length $self->{out})
            or return 0;
    }

    return 1;
}


# Starts it and waits for the ready line; dies when none comes.

sub start
{
    my ($class, @args) = @_;
    my $self = ref $class ? $class : $class->new(args => \@args);

    $self->spawn->read_until(qr/\n/);

    if ($self->{out} !~ m{\Aready (http://(\S+):(\d+)) pid (\d+)\n}) {
        $self->end;
        die "not ready: $self->{out}" . $self->err . "\n";
    }

    @$self{qw(url host port nginx)} = ($1, $2, $3, $4);

    return $self;
}


# Runs it to its end: the exit status, what is on stdout, on stderr.

sub run
{
    my ($class, @args) = @_;
    my $self = ref $class ? $class : $class->new(args => \@args);

    $self->spawn;
    close delete $self->{stdin};
    my $status = $self->end;

    return ($status, $self->{out}, $self->err);
}


# The exit status, 128 and the signal, or -1 when it had to be killed.

sub end
{
    my ($self, $signal) = @_;
    my $pid = $self->{pid} // return -1;

    kill $signal, $pid if $signal;
    $self->read_until(qr/(?!)/);

    my $done = wait_until { waitpid($pid, WNOHANG) == $pid } LIMIT;

    if ($done) {
        my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
        $self->{pid} = undef;
        return $status;
    }

    kill 'KILL', $pid;
    waitpid $pid, 0;
    $self->{pid} = undef;

    return -1;
}


sub err
{
    my ($self) = @_;
    my $f = $self->{stderr};

    seek $f, 0, 0;
    local $/;

    return readline($f) // '';
}


# What is left in its TMPDIR.

sub left
{
    my ($self) = @_;

    opendir my $d, $self->{tmp} or return "$self->{tmp}: $!";

    return join ' ', grep { !/^\.\.?$/ } readdir $d;
}


# The folder of nginx while it runs.

sub folder
{
    my ($self) = @_;

    return "$self->{tmp}/" . $self->left;
}


sub DESTROY
{
    my ($self) = @_;

    local ($?, $!);

    $self->end('TERM') if $self->{pid} && $self->{owner} == $$;
}


1;
