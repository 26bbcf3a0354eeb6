package AsrTest;

# Runs the stock nginx with the module on a private prefix.  The listening
# sockets are made here and handed over (NGINX="fd;"), so a port is never
# lost to another program, not even across a restart.  stop() adds two tests
# of its own: no alerts and no sanitizer reports in the error log.
#
# ASR_BUILD: folder of the module (build); ASR_SANITIZE=1: its sanitized
# variant, under the stock nginx with the sanitizer preloaded.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use Fcntl qw(F_SETFD);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(WNOHANG);
use Test::More;
use Time::HiRes qw(time);

use AsrClient;
use AsrHttp qw(wait_until json_encode);

our @EXPORT = qw(wait_until speech_file speech_text wav_cut word_errors slow);

use constant NGINX => '/usr/sbin/nginx';
use constant LIBRIVOX => '/usr/share/pocketsphinx/test/data/librivox';
use constant MODEL => '/usr/share/pocketsphinx/model/en-us';

our $TOP = abs_path(dirname(__FILE__) . '/../../..');

$SIG{PIPE} = 'IGNORE';


sub sanitized { return $ENV{ASR_SANITIZE} ? 1 : 0 }


# How much longer deadlines are under the sanitizer.

sub slow { return sanitized() ? 3 : 1 }


sub build_dir
{
    my $dir = $ENV{ASR_BUILD} || (sanitized() ? 'build/sanitize' : 'build');

    return $dir =~ m{^/} ? $dir : "$TOP/$dir";
}


sub slurp
{
    my ($name) = @_;

    open my $f, '<:raw', $name or return '';
    local $/;
    my $text = <$f>;

    return $text // '';
}


# A recording of pocketsphinx-testdata and what is said in it; 0870 to 0930.

sub speech_file
{
    my ($n) = @_;

    return slurp(LIBRIVOX . "/sense_and_sensibility_01_austen_64kb-$n.wav");
}


sub speech_text
{
    my ($n) = @_;
    my ($text) = slurp(LIBRIVOX . '/transcription')
                 =~ m{<s> ([^<]*) </s> \(\S*-$n\)};

    return $text;
}


# Part of a recording as a WAV file of its own.

sub wav_cut
{
    my ($n, $from_ms, $ms) = @_;
    my $pcm = substr speech_file($n), 44 + 32 * $from_ms, 32 * $ms;

    return pack('A4VA4A4VvvVVvvA4V', 'RIFF', 36 + length $pcm, 'WAVE',
                'fmt ', 16, 1, 1, 16000, 32000, 2, 16, 'data', length $pcm)
           . $pcm;
}


# Words to change, add or leave out to make one text the other, per word of
# the first; marks and capital letters do not count.

sub word_errors
{
    my ($ref, $got) = @_;
    my @r = split ' ', lc $ref;
    my @g = split ' ', lc($got // '') =~ s/[,.?](?=\s|\z)//gr;
    my @d = (0 .. @g);

    for my $i (1 .. @r) {
        my @prev = @d;
        $d[0] = $i;

        for my $k (1 .. @g) {
            my $sub = $prev[$k - 1] + ($r[$i - 1] ne $g[$k - 1]);
            my $gap = 1 + ($prev[$k] < $d[$k - 1] ? $prev[$k] : $d[$k - 1]);
            $d[$k] = $sub < $gap ? $sub : $gap;
        }
    }

    return $d[-1] / (@r || 1);
}


# accounts: the accounts file as a structure; level: of the error log; queue:
# of asr_store.

sub new
{
    my ($class, %opt) = @_;
    my $self = bless { %opt, owner => $$, ports => {}, sockets => [],
                       alerts => [] }, $class;

    $self->{prefix} = tempdir('asr-test-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    $self->{level} //= 'info';
    $self->{accounts} //= default_accounts();

    # the workers of root's nginx run as somebody else
    chmod 0755, $self->{prefix};
    mkdir "$self->{prefix}/logs";

    copy(build_dir() . '/asr-decode', "$self->{prefix}/asr-decode")
        or die 'asr-decode is not built: ' . build_dir();
    chmod 0755, "$self->{prefix}/asr-decode";

    return $self->set_accounts($self->{accounts});
}


sub set_accounts
{
    my ($self, $accounts) = @_;

    $self->{accounts} = $accounts;

    return $self->write_file('accounts.json', json_encode($accounts));
}


# Limits are off, so that only the tests about limits meet them.

sub default_accounts
{
    my (%limits) = @_;

    %limits = ('u2.create' => 'off', 'tencent.CreateRecTask' => 'off',
               'tencent.DescribeTaskStatus' => 'off') unless %limits;

    return { accounts => [
        { name => 'demo', app_id => 1300000001, status => 'active',
          keys => [{ bearer => 'sk-demo-7c1f0b3a' },
                   { secret_id => 'AKIDdemo00000000000001',
                     secret_key => 'topsecret-55f1c2e9d8' }],
          limits => \%limits },
        { name => 'other', app_id => 1300000002, status => 'active',
          keys => [{ bearer => 'sk-other-19d2e4f5' },
                   { secret_id => 'AKIDother0000000000002',
                     secret_key => 'topsecret-a08b7c6d5e' }],
          limits => \%limits },
    ] };
}


sub write_file
{
    my ($self, $name, $text) = @_;

    open my $f, '>:raw', "$self->{prefix}/$name" or die "$name: $!";
    print $f $text;
    close $f or die "$name: $!";

    return $self;
}


sub port
{
    my ($self, $n) = @_;
    $n //= 0;

    return $self->{ports}{$n} //= do {
        my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                    LocalPort => 0, Proto => 'tcp', Listen => 511)
            or die "no port: $!";
        fcntl $s, F_SETFD, 0;            # stays open across exec
        $s->blocking(0);                 # nginx leaves inherited ones alone
        push @{ $self->{sockets} }, $s;
        $s->sockport;
    };
}


# The configuration; %%GLOBALS%%, %%HTTP%% (or %%PATHS%%, where nginx writes,
# alone), %%PORT%%, %%PORT_1%%, %%PREFIX%%.

sub conf
{
    my ($self, $text) = @_;
    my $globals = <<'EOF';
load_module %%BUILD%%/ngx_http_asr_module.so;
daemon off;
pid %%PREFIX%%/nginx.pid;
error_log %%PREFIX%%/logs/error.log %%LEVEL%%;
env ASAN_OPTIONS;
env UBSAN_OPTIONS;
EOF
    my $paths = <<'EOF';
    access_log %%PREFIX%%/logs/access.log;
    client_body_temp_path %%PREFIX%%/body_temp;
    proxy_temp_path %%PREFIX%%/proxy_temp;
    fastcgi_temp_path %%PREFIX%%/fastcgi_temp;
    uwsgi_temp_path %%PREFIX%%/uwsgi_temp;
    scgi_temp_path %%PREFIX%%/scgi_temp;
EOF
    my $http = $paths . <<'EOF';
    asr_zone zone=asr:4m;
    asr_store sqlite:%%PREFIX%%/store/asr.db queue=%%QUEUE%%;
    asr_spool %%PREFIX%%/spool;
    asr_accounts %%PREFIX%%/accounts.json;
    asr_decode %%PREFIX%%/asr-decode;
    asr_model en hmm=%%MODEL%%/en-us lm=%%MODEL%%/en-us.lm.bin
              dict=%%MODEL%%/cmudict-en-us.dict effort=fast;
    asr_engine_default en;
EOF
    my %v = (BUILD => build_dir(), PREFIX => $self->{prefix},
             LEVEL => $self->{level}, MODEL => MODEL,
             QUEUE => $self->{queue} // 100_000);

    $text =~ s/%%GLOBALS%%\n/$globals/;
    $text =~ s/[ \t]*%%HTTP%%\n/$http/;
    $text =~ s/[ \t]*%%PATHS%%\n/$paths/;
    $text =~ s/%%PORT(?:_(\d+))?%%/$self->port($1 || 0)/ge;
    $text =~ s/%%([A-Z]+)%%/$v{$1} \/\/ die "no %%$1%%"/ge;

    return $self->write_file('nginx.conf', $text);
}


# Runs nginx with arguments in a child; returns its pid.  Its own stderr goes
# to logs/stderr.log.

sub spawn
{
    my ($self, @args) = @_;
    my $pid = fork // die "fork: $!";

    return $pid if $pid;

    if (sanitized()) {
        chomp(my $lib = `gcc -print-file-name=libasan.so`);
        $ENV{LD_PRELOAD} = $lib;
        $ENV{ASAN_OPTIONS} = 'detect_leaks=0';
        $ENV{UBSAN_OPTIONS} = 'print_stacktrace=1';
    }

    if (!grep { $_ eq '-t' } @args) {
        $ENV{NGINX} = join '', map { fileno($_) . ';' } @{ $self->{sockets} };
    }

    open STDIN, '<', '/dev/null';
    open STDERR, '>>', "$self->{prefix}/logs/stderr.log";
    open STDOUT, '>&', \*STDERR;

    {
        exec NGINX, '-p', $self->{prefix}, '-c', "$self->{prefix}/nginx.conf",
             '-e', "$self->{prefix}/logs/error.log", @args;
    }

    POSIX::_exit(127);
}


# nginx -t: (exit status, what it said).

sub check_conf
{
    my ($self) = @_;

    unlink "$self->{prefix}/logs/stderr.log";
    waitpid $self->spawn('-t'), 0;

    return ($? >> 8, slurp("$self->{prefix}/logs/stderr.log"));
}


# The pid file is written after the models are loaded and the store is made.

sub run
{
    my ($self) = @_;
    my $up;

    unlink "$self->{prefix}/nginx.pid";
    $self->{master} = $self->spawn;

    $up = wait_until {
        return -1 if waitpid($self->{master}, WNOHANG) != 0;
        return slurp("$self->{prefix}/nginx.pid") =~ /\d/ && $self->workers;
    } 60 * slow();

    if (!$up || $up == -1) {
        $self->{master} = undef if $up;
        die "nginx did not start\n" . $self->error_log
            . $self->log_file('stderr.log');
    }

    my $maps = slurp("/proc/$self->{master}/maps");
    die "not the module of this test\n"
        if index($maps, build_dir() . '/ngx_http_asr_module.so') == -1
           || sanitized() != ($maps =~ /libasan/ ? 1 : 0);

    $self->{client} = AsrClient->new($self->port, $self->{accounts});

    return $self;
}


sub client { return $_[0]{client} }


# Worker processes that are not shutting down.

sub workers
{
    my ($self) = @_;

    return grep { title($_) eq 'nginx: worker process' } $self->children;
}


sub children
{
    my ($self) = @_;
    my $m = $self->{master};

    return split ' ', slurp("/proc/$m/task/$m/children");
}


sub title
{
    my ($pid) = @_;
    my $t = slurp("/proc/$pid/cmdline");

    $t =~ s/\0.*//s;
    $t =~ s/\s+\z//;

    return $t;
}


# A zombie has no command line: it is gone.

sub alive { return title($_[1]) ne '' }


# SIGHUP; returns the old workers when new ones are up, () when none came.

sub reload
{
    my ($self) = @_;
    my %old = map { $_ => 1 } $self->workers;
    my $up;

    kill 'HUP', $self->{master};

    $up = wait_until { grep { !$old{$_} } $self->workers } 60 * slow();

    return $up ? sort keys %old : ();
}


# Are all these processes gone within so many seconds?

sub gone
{
    my ($self, $seconds, @pids) = @_;

    return wait_until { !grep { $self->alive($_) } @pids } $seconds;
}


# SIGKILL for one worker; true when another has come up in its place.

sub kill_worker
{
    my ($self) = @_;
    my @old = $self->workers;

    $self->allow_alert(qr/exited on signal 9/);
    kill 'KILL', $old[0];

    return wait_until {
        my @now = $self->workers;
        @now == @old && !grep { $_ == $old[0] } @now;
    } 30 * slow();
}


# SIGKILL for master and workers, at once; how many they were.

sub kill_all
{
    my ($self) = @_;
    my @all = ($self->{master}, $self->children);

    kill 'KILL', @all;
    waitpid $self->{master}, 0;
    $self->gone(10, @all);
    $self->{master} = undef;

    return scalar @all;
}


sub error_log { return slurp("$_[0]{prefix}/logs/error.log") }


sub log_file { return slurp("$_[0]{prefix}/logs/$_[1]") }


sub allow_alert
{
    my ($self, $pattern) = @_;

    push @{ $self->{alerts} }, $pattern;

    return $self;
}


sub quit
{
    my ($self, $signal) = @_;
    my $pid = $self->{master} or return 1;
    my $done;

    kill $signal // 'QUIT', $pid;
    $done = wait_until { waitpid($pid, WNOHANG) == $pid } 30 * slow();

    if (!$done) {
        kill 'KILL', $pid, $self->children;
        waitpid $pid, 0;
    }

    $self->{master} = undef;

    return $done;
}


# Two tests: what a graceful stop and the whole run left in the error log.

sub stop
{
    my ($self) = @_;
    my $clean = $self->quit;
    my $log = $self->error_log . $self->log_file('stderr.log');
    my @bad = grep { /\[(?:alert|crit|emerg)\]/ } split /\n/, $log;

    for my $p (@{ $self->{alerts} }) {
        @bad = grep { $_ !~ $p } @bad;
    }

    push @bad, 'nginx did not stop' unless $clean;

    is(join("\n", @bad), '', 'no alerts');

    @bad = grep { /Sanitizer|runtime error:/ } split /\n/, $log;
    is(join("\n", @bad), '', 'no sanitizer errors');
    diag($log) if grep { /ERROR: \w+Sanitizer/ } @bad;

    return $self;
}


sub DESTROY
{
    my ($self) = @_;

    local ($?, $!);

    if ($self->{master} && $self->{owner} == $$) {
        $self->quit('TERM');
    }
}


1;
