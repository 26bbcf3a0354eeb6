package AsrServer;

# A small HTTP server of its own process on the loopback: what the gateway
# fetches from, and what it calls back.  Requests are kept in a file, in
# order; answers come from a function of the request.

use strict;
use warnings;

use File::Temp qw(tempfile);
use IO::Select;
use IO::Socket::INET;
use MIME::Base64 qw(encode_base64 decode_base64);
use POSIX ();
use Socket qw(SOMAXCONN);

use AsrHttp qw(wait_until);


# answer: a function of { method, path, headers, body, n }, n counting the
# requests of that path from 1; it returns bytes to send before the connection
# is closed, undef to close without any, [bytes] to send them and then leave
# the connection open, or a function that a process of its own calls with the
# connection.  The port is bound, but nobody listens, until up.

sub new
{
    my ($class, $answer) = @_;
    my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0,
                                  Proto => 'tcp') or die "no port: $!";
    my (undef, $log) = tempfile('asr-server-XXXXXX', TMPDIR => 1,
                                UNLINK => 1);

    return bless { socket => $s, answer => $answer, log => $log,
                   port => $s->sockport, owner => $$ }, $class;
}


sub url { return "http://127.0.0.1:$_[0]{port}$_[1]" }


sub up
{
    my ($self) = @_;

    listen $self->{socket}, SOMAXCONN or die "listen: $!";
    $self->{pid} = fork // die "fork: $!";

    if ($self->{pid} == 0) {
        $SIG{PIPE} = 'IGNORE';
        $SIG{TERM} = 'DEFAULT';
        $SIG{CHLD} = 'IGNORE';
        eval { $self->serve };
        warn $@ if $@;
        POSIX::_exit(1);
    }

    return $self;
}


sub serve
{
    my ($self) = @_;
    my (%n, @open);

    while (my $c = $self->{socket}->accept) {
        my $r = read_request($c) or next;

        $r->{n} = ++$n{ $r->{path} };

        open my $f, '>>', $self->{log} or die "$self->{log}: $!";
        print $f join(' ', $r->{method}, $r->{path},
                      encode_base64($r->{head}, ''),
                      encode_base64($r->{body}, '') || '-'), "\n";
        close $f;

        my $bytes = $self->{answer}->($r);

        if (ref $bytes eq 'CODE') {
            apart($c, $bytes);
            next;
        }

        AsrHttp::send_all($c, ref $bytes ? $bytes->[0] : $bytes)
            if defined $bytes;

        # nothing more is to come: what is readable was closed

        @open = grep { !IO::Select->new($_)->can_read(0) } @open;
        push @open, $c if ref $bytes;
    }
}


sub apart
{
    my ($c, $code) = @_;
    my $pid = fork // die "fork: $!";

    return if $pid;

    eval { $code->($c) };
    POSIX::_exit(0);
}


sub read_request
{
    my ($c) = @_;
    my $in = '';
    my $sel = IO::Select->new($c);

    while ($in !~ /\r\n\r\n/) {
        return undef if !$sel->can_read(10);
        sysread $c, $in, 65536, length $in or return undef;
    }

    my ($head, $body) = $in =~ /\A(.*?\r\n)\r\n(.*)\z/s;
    my ($length) = $head =~ /^content-length: *(\d+)/im;

    while (length $body < ($length // 0)) {
        return undef if !$sel->can_read(10);
        sysread $c, $body, 65536, length $body or return undef;
    }

    my ($method, $path) = $head =~ /\A(\S+) (\S+)/;

    return { method => $method, path => $path, head => $head,
             body => $body };
}


# All requests so far (of a path): { method, path, headers, body }.

sub requests
{
    my ($self, $path) = @_;
    my @all;

    open my $f, '<', $self->{log} or return ();

    while (my $line = <$f>) {
        $line =~ /\n\z/ or last;
        my ($method, $p, $head, $body) = split ' ', $line;
        my %h;

        for (split /\r\n/, decode_base64($head)) {
            $h{lc $1} = $2 if /^([^:\s]+): *(.*)/;
        }

        push @all, { method => $method, path => $p, headers => \%h,
                     body => $body eq '-' ? '' : decode_base64($body) }
            if !defined $path || $p eq $path;
    }

    return @all;
}


# The requests of a path once there are n; fewer when the time is up.

sub wait_for
{
    my ($self, $path, $n, $seconds) = @_;

    wait_until { $self->requests($path) >= $n } $seconds;

    return $self->requests($path);
}


# "200 OK" and a body, as bytes.

sub ok
{
    my ($body, @headers) = @_;

    return join "\r\n", 'HTTP/1.1 200 OK', @headers, 'Connection: close',
                        'Content-Length: ' . length($body), '', $body;
}


sub DESTROY
{
    my ($self) = @_;

    local ($?, $!);

    if ($self->{pid} && $self->{owner} == $$) {
        kill 'KILL', $self->{pid};
        waitpid $self->{pid}, 0;
    }
}


1;
