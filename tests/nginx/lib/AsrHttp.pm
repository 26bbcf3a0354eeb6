package AsrHttp;

# A bare HTTP client: sends bytes as they are given, so that a test can send
# what no library would, and reads with a deadline.

use strict;
use warnings;

use Exporter qw(import);
use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use Time::HiRes qw(time sleep);

our @EXPORT_OK = qw(wait_until json_decode json_encode);

use constant TIMEOUT => 60;


sub new
{
    my ($class, $port) = @_;

    return bless { port => $port, host => "127.0.0.1:$port" }, $class;
}


# Polls a condition until it is true or the time is up; returns its value.

sub wait_until(&$)
{
    my ($cond, $seconds) = @_;
    my $end = time + $seconds;
    my $v;

    for ( ;; ) {
        $v = $cond->();
        return $v if $v || time >= $end;
        select(undef, undef, undef, 0.05);
    }
}


sub json_decode
{
    return eval { JSON::PP->new->utf8->decode($_[0]) };
}


sub json_encode
{
    return JSON::PP->new->utf8->canonical->encode($_[0]);
}


# A connection with the bytes sent; undef when nobody listens.

sub start
{
    my ($self, $bytes) = @_;

    local $SIG{PIPE} = 'IGNORE';

    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                  PeerPort => $self->{port},
                                  Timeout => 10) or return undef;
    binmode $s;
    send_all($s, $bytes);

    return $s;
}


# A server may answer and close before it has read everything: that is not
# an error here, what it answered is still to be read.

sub send_all
{
    my ($s, $bytes) = @_;
    my $off = 0;
    my $end = time + TIMEOUT;

    local $SIG{PIPE} = 'IGNORE';

    $s->blocking(0);

    while ($off < length $bytes && time < $end) {
        IO::Select->new($s)->can_write(1) or next;
        my $n = syswrite $s, $bytes, 65536, $off;
        last if !defined $n && !$!{EAGAIN};
        $off += $n if defined $n;
    }

    return $off;
}


# One response: { status, headers, body, json, continued, closed }.  Status 0:
# the connection ended (or the time was up) without one.

sub finish
{
    my ($self, $s, %opt) = @_;
    my $end = time + ($opt{timeout} // TIMEOUT);
    my $sel = IO::Select->new($s);
    my $in = \($self->{rest}{$s} //= '');
    my %r = (status => 0, headers => {}, body => '', closed => 0);
    my ($need, $head);

    for ( ;; ) {
        if (!$head && $$in =~ s/\A(.*?\r\n\r\n)//s) {
            my $text = $1;

            if ($text =~ m{\AHTTP/1\.\d 100 }) {
                $r{continued} = 1;
                next;
            }

            $head = 1;
            ($r{status}) = $text =~ m{\AHTTP/1\.\d (\d{3})};
            $r{status} //= 0;
            $r{head} = $text;

            for my $line (split /\r\n/, $text) {
                $line =~ /\A([^:\s]+):\s*(.*)\z/ or next;
                $r{headers}{lc $1} //= $2;
            }

            $need = $r{headers}{'content-length'};
            $need = 0 if $opt{head} || $r{status} =~ /\A(?:1..|204|304)\z/;
        }

        if ($head && !defined $need
            && ($r{headers}{'transfer-encoding'} // '') eq 'chunked')
        {
            my $body = dechunk($in);
            if (defined $body) {
                $r{body} = $body;
                last;
            }
        }

        if ($head && defined $need && length $$in >= $need) {
            $r{body} = substr $$in, 0, $need, '';
            last;
        }

        if ($r{closed} || time >= $end) {
            $r{body} = $$in if $head;
            $r{cut} = 1 if $head && defined $need;
            last;
        }

        $sel->can_read(0.5) or next;
        my $n = sysread $s, $$in, 65536, length $$in;
        $r{closed} = 1 if (defined $n && $n == 0) || (!defined $n
                                                     && !$!{EAGAIN});
    }

    if (!$opt{keep}) {
        delete $self->{rest}{$s};
        close $s;
    }

    $r{json} = json_decode($r{body}) if $r{body} =~ /\A\s*[\[{]/;

    return \%r;
}


sub dechunk
{
    my ($in) = @_;
    my ($body, $pos) = ('', 0);

    for ( ;; ) {
        pos($$in) = $pos;
        $$in =~ /\G([0-9a-fA-F]+)[^\r\n]*\r\n/g or return undef;
        my $n = hex $1;
        my $at = pos $$in;

        return undef if length $$in < $at + $n + 2;

        $body .= substr $$in, $at, $n;
        $pos = $at + $n + 2;

        if ($n == 0) {
            substr $$in, 0, $pos, '';
            return $body;
        }
    }
}


sub raw
{
    my ($self, $bytes, %opt) = @_;
    my $s = $self->start($bytes) or return { status => 0, headers => {},
                                             body => '', refused => 1 };

    return $self->finish($s, %opt);
}


# The bytes of a request.  headers: a list of name, value pairs.

sub compose
{
    my ($self, $method, $uri, %opt) = @_;
    my @h = @{ $opt{headers} // [] };
    my %have;
    my $out = "$method $uri HTTP/1.1\r\n";

    for (my $i = 0; $i < @h; $i += 2) {
        $have{lc $h[$i]} = 1;
    }

    unshift @h, 'Host', $self->{host} unless $have{host};
    push @h, 'Connection', $opt{keep} ? 'keep-alive' : 'close'
        unless $have{connection};
    push @h, 'Content-Length', length $opt{body}
        if defined $opt{body} && !$have{'content-length'}
           && !$have{'transfer-encoding'};

    while (@h) {
        my ($name, $value) = splice @h, 0, 2;
        $out .= "$name: $value\r\n";
    }

    return $out . "\r\n" . ($opt{body} // '');
}


sub request
{
    my ($self, $method, $uri, %opt) = @_;

    return $self->raw($self->compose($method, $uri, %opt),
                      head => $method eq 'HEAD', %opt);
}


# Several at once: all are sent before the first answer is read.

sub parallel
{
    my ($self, @bytes) = @_;
    my @s = map { $self->start($_) } @bytes;

    return map { defined $_ ? $self->finish($_) : { status => 0 } } @s;
}


1;
