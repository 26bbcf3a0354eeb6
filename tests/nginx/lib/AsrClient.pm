package AsrClient;

# What the clients of the two APIs do, in a few calls.  Every call returns
# AsrHttp's response; the waiting ones return the last poll's.

use strict;
use warnings;

use AsrHttp qw(wait_until json_encode);
use AsrSign qw(tc3_authorization v1_signature query_string);

our @ISA = ('AsrHttp');

use constant TASKS => '/v1/audio/asr/tasks';


# accounts: as in the accounts file; the first is the default.

sub new
{
    my ($class, $port, $accounts) = @_;
    my $self = AsrHttp::new($class, $port);

    for my $a (@{ $accounts->{accounts} }) {
        my $k = $self->{accounts}{ $a->{name} } = {};

        for my $key (@{ $a->{keys} }) {
            $k->{$_} //= $key->{$_} for keys %$key;
        }

        $self->{default} //= $k;
    }

    return $self;
}


sub account
{
    my ($self, $name) = @_;

    return defined $name ? $self->{accounts}{$name} : $self->{default};
}


# data: a structure, or the body as text.  account: whose key.

sub u2_bytes
{
    my ($self, $method, $path, $data, %opt) = @_;
    my $key = $opt{bearer} // $self->account($opt{account})->{bearer};
    my @h = ('Authorization', "Bearer $key", @{ $opt{headers} // [] });

    if (defined $data) {
        push @h, 'Content-Type', $opt{type} // 'application/json';
        $opt{body} = ref $data ? json_encode($data) : $data;
    }

    return $self->compose($method, $path, %opt, headers => \@h);
}


sub u2
{
    my ($self, @args) = @_;

    return $self->raw($self->u2_bytes(@args));
}


# parts: [name, value] or [name, value, file name, type], ...

sub multipart
{
    my ($boundary, @parts) = @_;
    my $out = '';

    for my $p (@parts) {
        my ($name, $value, $file, $type) = @$p;

        $out .= "--$boundary\r\n"
                . "Content-Disposition: form-data; name=\"$name\"";
        $out .= "; filename=\"$file\"\r\nContent-Type: $type" if defined $file;
        $out .= "\r\n\r\n$value\r\n";
    }

    return "$out--$boundary--\r\n";
}


sub u2_upload
{
    my ($self, $bytes, %opt) = @_;
    my $b = '----asrboundary0123456789';

    return $self->u2('POST', '/v1/files/upload',
        multipart($b, ['purpose', $opt{purpose} // 'a2t_async_input'],
                  ['file', $bytes, $opt{filename} // 'speech.wav',
                   $opt{part_type} // 'audio/wav']),
        type => "multipart/form-data; boundary=$b", %opt);
}


# The file's id, or undef.

sub u2_file
{
    my ($self, @args) = @_;

    return $self->u2_upload(@args)->{json}{file}{file_id};
}


sub u2_body
{
    my ($file_id, %fields) = @_;

    return { file_id => $file_id, model => 'u2-asr', format => 'wav',
             %fields };
}


sub u2_create
{
    my ($self, $file_id, $fields, %opt) = @_;

    return $self->u2('POST', TASKS, u2_body($file_id, %{ $fields // {} }),
                     %opt);
}


sub u2_poll
{
    my ($self, $task, %opt) = @_;

    return $self->u2('GET', TASKS . "/$task", undef, %opt);
}


sub u2_wait
{
    my ($self, $task, $seconds, %opt) = @_;
    my $r;

    wait_until {
        $r = $self->u2_poll($task, %opt);
        ($r->{json}{status} // '') =~ /^(?:Success|Failed)$/;
    } $seconds;

    return $r;
}


sub u2_text
{
    my ($r) = @_;

    return join ' ', map { $_->{text} } @{ $r->{json}{results} // [] };
}


# params: a structure, or the JSON as text.  method GET puts them into the
# query.  host, signed_host, timestamp, service, id, secret, token, version,
# authorization, signed_body: said instead of the right thing.

sub tc3_bytes
{
    my ($self, $action, $params, %opt) = @_;
    my $a = $self->account($opt{account});
    my $method = $opt{method} // 'POST';
    my $get = $method eq 'GET';
    my $type = $opt{type} // ($get ? 'application/x-www-form-urlencoded'
                                   : 'application/json');
    my $query = $opt{query} // ($get ? query_string($params) : '');
    my $body = $get ? '' : ref $params ? json_encode($params) : $params;
    my $time = $opt{timestamp} // time;
    my $host = $opt{host} // $self->{host};

    my $auth = $opt{authorization} // tc3_authorization(
        method => $method, query => $query, content_type => $type,
        host => $opt{signed_host} // $host, timestamp => $time,
        body => $opt{signed_body} // $body,
        service => $opt{service} // 'asr',
        id => $opt{id} // $a->{secret_id},
        secret => $opt{secret} // $a->{secret_key});

    my @h = ('Host', $host, 'Content-Type', $type,
             'X-TC-Timestamp', $time, 'Authorization', $auth);

    push @h, 'X-TC-Action', $action if defined $action;
    push @h, 'X-TC-Version', $opt{version} // '2019-06-14'
        unless $opt{no_version};
    push @h, 'X-TC-Token', $opt{token} if defined $opt{token};
    push @h, @{ $opt{headers} // [] };

    return $self->compose($method, '/' . (length $query ? "?$query" : ''),
                          %opt, headers => \@h,
                          body => $get ? undef : $body);
}


sub tc3
{
    my ($self, @args) = @_;

    return $self->raw($self->tc3_bytes(@args));
}


# params: business parameters as text; the common ones are added.

sub v1_bytes
{
    my ($self, $action, $params, %opt) = @_;
    my $a = $self->account($opt{account});
    my $method = $opt{method} // 'POST';

    my %f = (Action => $action, Version => '2019-06-14',
             Timestamp => $opt{timestamp} // time,
             Nonce => int(rand 65536) + 1,
             SecretId => $opt{id} // $a->{secret_id}, %$params);

    $f{SignatureMethod} = $opt{signature_method}
        if defined $opt{signature_method};
    $f{Signature} = v1_signature($method, $self->{host}, \%f,
                                 $opt{secret} // $a->{secret_key});

    my $text = query_string(\%f);

    return $self->compose('GET', "/?$text", %opt) if $method eq 'GET';

    return $self->compose('POST', '/', %opt, body => $text,
        headers => ['Content-Type', 'application/x-www-form-urlencoded',
                    @{ $opt{headers} // [] }]);
}


sub v1
{
    my ($self, @args) = @_;

    return $self->raw($self->v1_bytes(@args));
}


sub rec_task
{
    my ($base64, %fields) = @_;

    return { EngineModelType => '16k_en', ChannelNum => 1,
             ResTextFormat => 0, SourceType => 1, Data => $base64, %fields };
}


# Error code of a Tencent response; '' when it is none.

sub tc3_code
{
    my ($r) = @_;

    return $r->{json}{Response}{Error}{Code} // '';
}


sub tc3_wait
{
    my ($self, $task, $seconds, %opt) = @_;
    my $r;

    wait_until {
        $r = $self->tc3('DescribeTaskStatus', { TaskId => 0 + $task }, %opt);
        ($r->{json}{Response}{Data}{Status} // 0) >= 2;
    } $seconds;

    return $r;
}


1;
