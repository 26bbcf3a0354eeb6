package AsrSpeechGateway;

# A gateway of its own on a private prefix and a free port; recordings sent to
# it and what came of them in one form; its processes' CPU time and memory.

use strict;
use warnings;

use File::Basename qw(basename);
use JSON::PP ();
use List::Util qw(max);
use MIME::Base64 qw(encode_base64);
use POSIX ();
use Time::HiRes qw(time);

use AsrHttp qw(wait_until);
use AsrSpeechWords qw(words);
use AsrTest;

use constant DATA_MAX => 5 * 1024 * 1024;      # of tencent's Data
use constant SAMPLE => 1;                # s between looks at the memory
use constant TICK => 1 / POSIX::sysconf(POSIX::_SC_CLK_TCK());

# what u2 takes, by the end of a file's name

my %u2_format = map { $_ => $_ } qw(wav mp3 opus amr m4a ogg);

my $conf = <<'EOF';
%%GLOBALS%%
worker_processes %%WORKERS%%;
events { worker_connections 1024; }
http {
    %%PATHS%%
    asr_zone zone=asr:4m;
    asr_store sqlite:%%PREFIX%%/store/asr.db;
    asr_spool %%PREFIX%%/spool;
    asr_accounts %%PREFIX%%/accounts.json;
    asr_decode %%PREFIX%%/asr-decode;
    asr_fetch_allow 127.0.0.1;
    asr_model bench %%GIVEN%%;
    asr_engine_default bench;
    asr_threads %%THREADS%%;
    %%MORE%%
    server {
        listen 127.0.0.1:%%PORT%%;
        access_log off;
        root %%PREFIX%%/html;
        keepalive_requests 1000000;
        location / { asr tencent; }
        location /v1/ { asr u2; }
        location = /static { }
        location /media/ { }
        location = /asr/status { asr_status; }
    }
}
EOF


# What Debian's pocketsphinx-en-us has.

sub stock_model
{
    return { hmm => AsrTest::MODEL . '/en-us',
             lm => AsrTest::MODEL . '/en-us.lm.bin',
             dict => AsrTest::MODEL . '/cmudict-en-us.dict' };
}


# workers, threads, effort, lm, hmm, dict, conf (more lines for http)

sub new
{
    my ($class, %opt) = @_;
    my $t = AsrTest->new(level => 'warn');
    my %model = (%{ stock_model() }, effort => 'fast');

    for my $name (keys %model) {
        $model{$name} = $opt{$name} if ($opt{$name} // '') ne '';
    }

    my %v = (GIVEN => join(' ', map { "$_=$model{$_}" } sort keys %model),
             WORKERS => $opt{workers} || 1, MORE => $opt{conf} // '',
             THREADS => $opt{threads} || 'auto');
    my $text = $conf =~ s/%%(GIVEN|WORKERS|MORE|THREADS)%%/$v{$1}/gr;

    mkdir "$t->{prefix}/html";
    mkdir "$t->{prefix}/html/media";
    $t->write_file('html/static', 'x' x 1024);
    $t->conf($text)->run;

    my $self = bless { t => $t, c => $t->client, model => \%model,
                       served => 0 }, $class;

    $self->{threads} = $self->status->{threads}{configured};
    $self->sample;
    $self->{idle} = delete $self->{peak};

    return $self;
}


sub port { return $_[0]{t}->port }


sub status
{
    my ($self) = @_;

    return $self->{c}->request('GET', '/asr/status')->{json} // {};
}


sub stop
{
    my ($self) = @_;

    $self->{t}->quit or warn "nginx did not stop\n";

    my @bad = grep { /\[(?:alert|crit|emerg)\]/ }
              split /^/, $self->{t}->error_log;

    warn @bad if @bad;
}


sub refusal
{
    my ($what, $r) = @_;
    my $why = $r->{json}{base_resp}{status_msg}
              // $r->{json}{Response}{Error}{Message} // '';

    return "$what refused: HTTP $r->{status} $why";
}


# Sends a recording to u2: bytes, or those of file.  fields: of the task.  A
# task, for finish.

sub u2
{
    my ($self, %opt) = @_;
    my $name = basename($opt{file} // 'bytes.wav');
    my ($end) = $name =~ /\.(\w+)\z/;
    my %task = (api => 'u2', begun => time);
    my $r = $self->{c}->u2_upload($opt{bytes} // AsrTest::slurp($opt{file}),
                                  filename => $name, timeout => 600);
    my $file = $r->{json}{file}{file_id};

    $task{uploaded} = time;

    return { %task, error => refusal('upload', $r) } if !defined $file;

    $r = $self->{c}->u2_create($file, {
        format => $u2_format{ lc($end // '') } // 'wav',
        enable_itn => JSON::PP::false, word_info => JSON::PP::true,
        %{ $opt{fields} // {} } });

    $task{id} = $r->{json}{task_id};
    $task{error} = refusal('task', $r) if !defined $task{id};

    return \%task;
}


# The same for tencent; what is too large for its body is fetched, and what is
# known by its name alone.

sub tencent
{
    my ($self, %opt) = @_;
    my $bytes = $opt{bytes} // AsrTest::slurp($opt{file});
    my %source = (SourceType => 1, Data => encode_base64($bytes, ''));

    if (length $bytes > DATA_MAX || ($opt{file} // '') =~ /\.pcm\z/i) {
        my $name = 'media/' . ++$self->{served} . '-'
                   . basename($opt{file} // 'bytes.wav');

        $self->{t}->write_file("html/$name", $bytes);
        %source = (SourceType => 0,
                   Url => 'http://127.0.0.1:' . $self->port . "/$name");
    }

    my $begun = time;
    my $r = $self->{c}->tc3('CreateRecTask', {
        EngineModelType => '16k_en', ChannelNum => 1, ResTextFormat => 1,
        ConvertNumMode => 0, %source, %{ $opt{fields} // {} } });
    my %task = (api => 'tencent', begun => $begun, uploaded => $begun,
                id => $r->{json}{Response}{Data}{TaskId});

    $task{error} = refusal('task', $r) if !defined $task{id};

    return \%task;
}


# Has u2 a format of that file's name?

sub u2_has
{
    my ($file) = @_;
    my ($end) = $file =~ /\.(\w+)\z/;

    return exists $u2_format{ lc($end // '') };
}


# u2 when it knows the format by the file's name, else tencent.

sub by_name
{
    my ($self, $file) = @_;

    return u2_has($file) ? $self->u2(file => $file)
                         : $self->tencent(file => $file);
}


# A conversation by u2 or else tencent, its speakers told apart; count: 0 when
# it is to be found.

sub speakers
{
    my ($self, $file, $count) = @_;

    return $self->u2(file => $file, fields => {
        enable_speaker => JSON::PP::true,
        $count ? (speaker_num => $count) : () }) if u2_has($file);

    return $self->tencent(file => $file, fields => {
        SpeakerDiarization => 1, SpeakerNumber => $count });
}


# True once the task has ended, with error or with sentences: { from, to (ms),
# text, speaker, channel (from 0), words }; words: { text, start, end (ms) }.

sub ended
{
    my ($self, $task) = @_;

    return 1 if defined $task->{error} || $task->{sentences};

    $self->sample if time - $self->{sampled} > SAMPLE;

    my $done = $task->{api} eq 'u2' ? $self->ended_u2($task)
                                    : $self->ended_tencent($task);

    # s since it was begun, and since it was uploaded

    if ($done) {
        $task->{took} = time - $task->{begun};
        $task->{waited} = time - $task->{uploaded};
    }

    return $done;
}


sub ended_u2
{
    my ($self, $task) = @_;
    my $j = $self->{c}->u2_poll($task->{id})->{json} // {};
    my $status = $j->{status} // '';

    if ($status eq 'Failed') {
        $task->{error} = join ' ', grep { defined }
                         @{ $j->{base_resp} }{qw(status_code status_msg)};
        return 1;
    }

    return 0 if $status ne 'Success';

    $task->{sentences} = [map { {
        from => $_->{start}, to => $_->{end}, text => $_->{text} // '',
        speaker => $_->{speaker}, channel => ($_->{channel} // 1) - 1,
        words => [map { { text => $_->{text}, start => $_->{start},
                          end => $_->{end} } } @{ $_->{words} // [] }]
    } } @{ $j->{results} // [] }];

    return 1;
}


sub ended_tencent
{
    my ($self, $task) = @_;
    my $r = $self->{c}->tc3('DescribeTaskStatus', { TaskId => $task->{id} });
    my $d = $r->{json}{Response}{Data} // {};
    my $status = $d->{Status} // 0;

    if ($status == 3) {
        $task->{error} = $d->{ErrorMsg} || 'failed';
        return 1;
    }

    return 0 if $status != 2;

    $task->{sentences} = [map { my $s = $_; {
        from => $s->{StartMs}, to => $s->{EndMs},
        text => $s->{FinalSentence} // '', speaker => $s->{SpeakerId},
        channel => $s->{SpeakerId} // 0,
        words => [map { { text => $_->{Word},
                          start => $s->{StartMs} + $_->{OffsetStartMs},
                          end => $s->{StartMs} + $_->{OffsetEndMs} } }
                  @{ $s->{Words} // [] }]
    } } @{ $d->{ResultDetail} // [] }];

    return 1;
}


# Waits until all have ended; those that have not in time have an error.  The
# oldest is asked for alone: polls cost CPU time too.

sub finish
{
    my ($self, $seconds, @tasks) = @_;
    my @open = @tasks;

    wait_until {
        shift @open while @open && $self->ended($open[0]);
        !@open;
    } $seconds;

    $_->{error} //= 'not ended in time' for @open;

    return @tasks;
}


sub text
{
    my ($task) = @_;

    return join ' ', map { $_->{text} } @{ $task->{sentences} // [] };
}


sub heard
{
    my ($task) = @_;

    return map { @{ $_->{words} } } @{ $task->{sentences} // [] };
}


# Words as they are compared, with their times.

sub timed_words
{
    my ($task) = @_;

    return map { my $w = $_; map { { %$w, text => $_ } } words($w->{text}) }
           heard($task);
}


# asr-decode is no child of the worker's, so it is found by its program.

sub helpers
{
    my ($self) = @_;

    return map { m{/(\d+)/} }
           grep { (readlink // '') eq "$self->{t}{prefix}/asr-decode" }
           glob '/proc/[0-9]*/exe';
}


# User and system time so far of the master, the workers with all their
# threads, and asr-decode with its children that have ended.

sub cpu
{
    my ($self) = @_;
    my %cpu = (user => 0, system => 0);

    for my $pid ($self->{t}{master}, $self->{t}->children, $self->helpers) {
        my $text = AsrTest::slurp("/proc/$pid/stat");
        my @f = split ' ', $text =~ s/^.*\) //sr;
        next if @f < 15;

        $cpu{user} += ($f[11] + $f[13]) * TICK;
        $cpu{system} += ($f[12] + $f[14]) * TICK;
    }

    $cpu{all} = $cpu{user} + $cpu{system};

    return \%cpu;
}


# Keeps the highest Rss, Pss and Private (kB) seen of each worker, of the
# master and of asr-decode, and the highest sum of Pss.

sub sample
{
    my ($self) = @_;
    my %what = ($self->{t}{master} => 'master');
    my $sum = 0;

    $what{$_} = 'asr-decode' for $self->helpers;
    $what{$_} = "worker $_" for $self->{t}->workers;

    for my $pid (keys %what) {
        my %m = AsrTest::slurp("/proc/$pid/smaps_rollup")
                =~ /^(\w+):\s+(\d+) kB$/mg;
        next if !defined $m{Rss};

        my $p = $self->{peak}{ $what{$pid} } //= {};

        $m{Private} = $m{Private_Clean} + $m{Private_Dirty};
        $sum += $m{Pss};
        $p->{$_} = max($p->{$_} // 0, $m{$_}) for qw(Rss Pss Private);
    }

    my $all = $self->{peak}{all} //= { Pss => 0 };

    $all->{Pss} = max($all->{Pss}, $sum);
    $self->{sampled} = time;
}


# MB of the workers' own, at its peak, for each recogniser thread; and of that,
# what came since the start.

sub memory_of_a_thread
{
    my ($self) = @_;
    my ($peak, $since) = (0, 0);

    for my $what (grep { /^worker/ } keys %{ $self->{peak} }) {
        my $private = $self->{peak}{$what}{Private};

        $peak += $private;
        $since += $private - ($self->{idle}{$what}{Private} // 0);
    }

    return map { $_ / 1024 / ($self->{threads} || 1) } $peak, $since;
}


1;
