package AsrIce;

# A client of Alibaba Cloud ICE: ACS3 and RPC v1, written from the vendor's
# description.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex hmac_sha256_hex hmac_sha1);
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);

use AsrHttp;

our @ISA = ('AsrHttp');

my $count = 0;


# key: access_key_id and access_key_secret.

sub new
{
    my ($class, $port, %key) = @_;
    my $self = AsrHttp::new($class, $port);

    $self->{key} = \%key;

    return $self;
}


sub pct
{
    my ($s) = @_;

    $s =~ s/([^A-Za-z0-9\-_.~])/sprintf '%%%02X', ord $1/ge;

    return $s;
}


sub query
{
    my (%p) = @_;

    return join '&', map { pct($_) . '=' . pct($p{$_}) } sort keys %p;
}


sub now
{
    my ($off) = @_;

    return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + ($off // 0)));
}


sub nonce { return "$$-" . time . '-' . ++$count }


# The headers of a request as pairs, Authorization last.  opt: nonce, method,
# skew, secret, id, version, type, body.

sub acs3_headers
{
    my ($self, $host, $action, $query, %opt) = @_;
    my $body = $opt{body} // '';
    my %h = ('host' => $host, 'x-acs-action' => $action,
             'x-acs-version' => $opt{version} // '2020-11-09',
             'x-acs-date' => now($opt{skew}),
             'x-acs-signature-nonce' => $opt{nonce} // nonce(),
             'x-acs-content-sha256' => sha256_hex($body));

    $h{'content-type'} = $opt{type} if defined $opt{type};

    my $names = join ';', sort keys %h;
    my $canon = join "\n", $opt{method} // 'POST', '/', $query,
                     (map { "$_:$h{$_}" } sort keys %h), '', $names,
                     sha256_hex($body);
    my $sign = hmac_sha256_hex("ACS3-HMAC-SHA256\n" . sha256_hex($canon),
                               $opt{secret}
                               // $self->{key}{access_key_secret});
    my $id = $opt{id} // $self->{key}{access_key_id};

    return ((map { [$_, $h{$_}] } sort keys %h),
            ['Authorization', "ACS3-HMAC-SHA256 Credential=$id,"
                              . "SignedHeaders=$names,Signature=$sign"]);
}


sub acs3_bytes
{
    my ($self, $action, $params, %opt) = @_;
    my $method = $opt{method} // 'POST';
    my $query = query(%$params);
    my $body = $opt{body} // '';
    my @h = $self->acs3_headers("127.0.0.1:$self->{port}", $action, $query,
                                %opt);

    return "$method /" . ($query ne '' ? "?$query" : '') . " HTTP/1.1\r\n"
           . join('', map { "$_->[0]: $_->[1]\r\n" } @h)
           . 'Content-Length: ' . length($body)
           . "\r\nConnection: close\r\n\r\n$body";
}


sub acs3
{
    my ($self, @args) = @_;

    return $self->raw($self->acs3_bytes(@args));
}


# form: everything in the body; format: "" leaves Format out.

sub v1
{
    my ($self, $action, $params, %opt) = @_;
    my $method = $opt{form} ? 'POST' : $opt{method} // 'GET';
    my %p = (%$params, Action => $action, Version => '2020-11-09',
             AccessKeyId => $opt{id} // $self->{key}{access_key_id},
             Format => $opt{format} // 'JSON',
             SignatureMethod => 'HMAC-SHA1', SignatureVersion => '1.0',
             SignatureNonce => $opt{nonce} // nonce(),
             Timestamp => now($opt{skew}));

    delete $p{Format} if $p{Format} eq '';

    $p{Signature} = encode_base64(
        hmac_sha1("$method&%2F&" . pct(query(%p)),
                  ($opt{secret} // $self->{key}{access_key_secret}) . '&'),
        '');

    my $text = query(%p);
    my $head = "Host: 127.0.0.1:$self->{port}\r\nConnection: close\r\n"
               . ($opt{headers} // '');

    return $self->raw($opt{form}
        ? "POST / HTTP/1.1\r\n$head"
          . "Content-Type: application/x-www-form-urlencoded\r\n"
          . 'Content-Length: ' . length($text) . "\r\n\r\n$text"
        : "$method /?$text HTTP/1.1\r\n${head}Content-Length: 0\r\n\r\n");
}


# Until the job has ended.

sub wait_job
{
    my ($self, $job, $seconds) = @_;
    my $r;

    AsrHttp::wait_until(sub {
        $r = $self->acs3('GetSmartHandleJob', { JobId => $job });
        return ($r->{json}{State} // '') =~ /^(?:Finished|Failed)$/;
    }, $seconds);

    return $r;
}


1;
