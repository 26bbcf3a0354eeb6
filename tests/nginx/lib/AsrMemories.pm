package AsrMemories;

# What a client of document 002 does, in a few calls; as AsrClient.

use strict;
use warnings;

use AsrClient;
use AsrHttp qw(wait_until json_encode);

our @ISA = ('AsrHttp');

use constant BASE => '/serve/api/v2';

my $boundary = '----WebKitFormBoundary7MA4YWxk';


sub new
{
    my ($class, $port, $key) = @_;
    my $self = AsrHttp::new($class, $port);

    $self->{key} = $key;

    return $self;
}


# Accounts of the tests; limits are off unless given.

sub accounts
{
    my (%limits) = @_;

    %limits = ('memories.upload' => 'off', 'memories.transcriptions' => 'off')
        unless %limits;

    return { accounts => [
        { name => 'demo', app_id => 1, limits => \%limits,
          keys => [{ bearer => 'sk-demo-7c1f0b3a' }],
          webhook => 'https://hook.example/asr' },
        { name => 'other', app_id => 2, limits => \%limits,
          keys => [{ bearer => 'sk-other-19d2e4f5' }] },
    ] };
}


# data: a structure, or the body as text.  key: another one, '' for none.

sub bytes
{
    my ($self, $method, $path, $data, %opt) = @_;
    my $key = $opt{key} // $self->{key};
    my @h = @{ $opt{headers} // [] };

    push @h, 'Authorization', $key if length $key;

    if (defined $data) {
        push @h, 'Content-Type', $opt{type} // 'application/json';
        $opt{body} = ref $data ? json_encode($data) : $data;
    }

    $path = BASE . $path unless $path =~ m{^/serve/};

    return $self->compose($method, $path, %opt, headers => \@h);
}


sub call
{
    my ($self, @args) = @_;

    return $self->raw($self->bytes(@args));
}


# path: /upload, or that of a signed URL.

sub upload
{
    my ($self, $bytes, %opt) = @_;

    return $self->call('POST', $opt{path} // '/upload',
        AsrClient::multipart($boundary,
            ['file', $bytes, $opt{filename} // 'speech.wav', 'audio/wav']),
        type => "multipart/form-data; boundary=$boundary", %opt);
}


sub asset
{
    my ($self, @args) = @_;

    return $self->upload(@args)->{json}{data}{asset_id};
}


sub async
{
    my ($self, $asset, $fields, %opt) = @_;

    return $self->call('POST', '/transcriptions/async-generate-audio',
                       { asset_id => $asset, %{ $fields // {} } }, %opt);
}


sub sync_bytes
{
    my ($self, $asset, $fields, %opt) = @_;

    return $self->bytes('POST', '/transcriptions/sync-generate-audio',
                        { asset_id => $asset, %{ $fields // {} } }, %opt);
}


sub sync
{
    my ($self, @args) = @_;

    return $self->raw($self->sync_bytes(@args));
}


sub wait_task
{
    my ($self, $task, $seconds, %opt) = @_;
    my $r;

    wait_until {
        $r = $self->call('GET', "/task/$task", undef, %opt);
        ($r->{json}{data}{status} // '') =~ /^(?:completed|failed)$/;
    } $seconds;

    return $r;
}


sub text
{
    my ($items) = @_;

    return join ' ', map { $_->{text} } @{ $items // [] };
}


1;
