package AsrMock;

# Runs build/asr-mock and talks to it.  A mock is ready when it says so, and
# ends when told; stop() adds two tests of its own: status 0 and nothing of
# alerts or sanitizers on its stderr.  ASR_SANITIZE=1: the sanitized one.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Handle;
use POSIX ();
use Test::More;

use AsrClient;
use AsrHttp qw(json_encode);
use AsrLaunch ();
use AsrTest;


# Another program than that of the build.

our $program;


# options: of the command line.  The default key is test-main.

sub new
{
    my ($class, @options) = @_;
    my $dir = tempdir('asr-mock-test-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    my $self = bless { dir => $dir, err => "$dir/stderr" }, $class;
    my $run = $program // AsrTest::build_dir() . '/asr-mock';

    pipe my $out, my $in or die "pipe: $!\n";

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDOUT, '>&', $in or POSIX::_exit(127);
        open STDERR, '>', $self->{err} or POSIX::_exit(127);
        AsrLaunch::sanitize() if AsrTest::sanitized();
        exec $run, @options or POSIX::_exit(127);
    }

    close $in;

    my $line = <$out> // '';
    @$self{qw(pid out)} = ($pid, $out);

    ($self->{url}, $self->{port}, $self->{nginx})
        = $line =~ m{^ready (http://127\.0\.0\.1:(\d+)) pid (\d+)$}
        or die "asr-mock: $line" . AsrTest::slurp($self->{err});

    my $maps = AsrTest::slurp("/proc/$self->{nginx}/maps");
    die "not the module of this test\n"
        if index($maps, AsrTest::build_dir() . '/ngx_http_asr_mock_module.so')
           == -1 || AsrTest::sanitized() != ($maps =~ /libasan/ ? 1 : 0);

    return $self;
}


sub port { return $_[0]{port} }
sub url { return $_[0]{url} }
sub nginx { return $_[0]{nginx} }
sub errors { return AsrTest::slurp($_[0]{err}) }


# A client of all APIs with that key.

sub client
{
    my ($self, $key) = @_;
    $key //= 'test-main';

    return AsrClient->new($self->{port}, { accounts => [ {
        name => $key,
        keys => [ { bearer => $key },
                  { secret_id => $key, secret_key => $key },
                  { access_key_id => $key, access_key_secret => $key } ],
    } ] });
}


# Lines of stderr that are to be.

sub expect { $_[0]{expected} = $_[1]; return }


# The mock's own API: method, path below /_mock/, a structure or text.

sub admin
{
    my ($self, $method, $path, $data, %opt) = @_;
    my $http = $self->{http} //= AsrHttp->new($self->{port});

    $opt{body} = ref $data ? json_encode($data) : $data if defined $data;

    return $http->raw($http->compose($method, "/_mock/$path", %opt));
}


# A world's part: its JSON; GET unless there is something to set.

sub world
{
    my ($self, $key, $part, $data, $method) = @_;

    $method //= defined $data ? 'PUT' : 'GET';

    return $self->admin($method, "worlds/$key/$part", $data)->{json};
}


sub set_plan { return $_[0]->world($_[1], 'plan', $_[2], 'PATCH') }


# The newest request of a world, whole.

sub last_request
{
    my ($self, $key) = @_;
    my $list = $self->world($key, 'requests?limit=1')->{requests};

    return $self->world($key, "requests/$list->[-1]{id}");
}


sub stop
{
    my ($self, $signal) = @_;

    kill $signal // 'TERM', $self->{pid};
    waitpid $self->{pid}, 0;

    my $status = $?;
    my $errors = $self->errors;

    $errors =~ s/^.*$self->{expected}.*\n//mg if $self->{expected};

    delete $self->{pid};
    is($status, 0, 'the mock ended well');
    unlike($errors, qr/\[(?:alert|emerg|crit)\]|Sanitizer|runtime error/,
           'nothing alarming');

    return;
}


sub DESTROY
{
    my ($self) = @_;

    return if !$self->{pid};

    local ($?, $@);
    kill 'TERM', $self->{pid};
    waitpid $self->{pid}, 0;
}


1;
