#!/usr/bin/perl

# Many tasks of four APIs whose audio comes from bad hosts and whose callbacks
# go to bad receivers ("make soak N=1000").  Each ends as its document says;
# afterwards nothing is left of them but what is meant to be kept, and the
# workers have not grown.
#
# Tasks are made in four quarters, each ended before the next begins, so that
# memory is compared between moments of rest.  The workers are replaced in the
# middle of the first, with everything in hand.

use strict;
use warnings;

use List::Util qw(max);
use Test::More;
use Time::HiRes qw(time);

use AsrClient;
use AsrIce;
use AsrMemories;
use AsrServer;
use AsrTest;

use constant SIZE => 200_000;            # asr_fetch_limits size
use constant WINDOW => 100;              # tasks unfinished at a time
use constant THREADS => '4 5';           # of the workers
use constant GROWTH => 2048;             # kB of a worker, from Q2 to Q4

my $n = $ENV{N} || 1000;
my $speech = wav_cut('0880', 500, 1200);
my $silence = substr($speech, 0, 44) . "\0" x (length($speech) - 44);
my $html = '<!DOCTYPE html><html><body>Not here.</body></html>' x 20;
my %key = (access_key_id => 'LTAIdemo', access_key_secret => 'topsecret-1');

my ($down, $source, $sink);

# what comes of a URL; '' is success

my %sources = (
    good => '', silence => '', slow => '', later => '', moved => '',
    html => 'format', stall => 'download', cut => 'download',
    huge => 'download', missing => 'download', loop => 'download',
    inside => 'download', endless => 'download', chunks => 'download',
    empty => 'download', never => 'download', down => 'download',
    refused => 'download', short => ''
);

# What comes of a callback, by the attempts that the API makes: from how many
# on it is delivered (0: never), and how many requests are seen when it is not.

my %sinks = (
    ok => [1], once => [2], twice => [3], no => [0, 'all'],
    hang => [0, 'all'], inside => [0, 'all'], down => [0, 0],
    refused => [0, 0], error => [0, 'all']
);

my %attempts = (tencent => 2, ice => 3, memories => 10);


sub respond
{
    my ($status, @headers) = @_;

    return join "\r\n", "HTTP/1.1 $status", @headers, '', '';
}


sub trickle
{
    my ($c) = @_;
    my $bytes = AsrServer::ok($speech);

    while (length $bytes) {
        AsrHttp::send_all($c, substr $bytes, 0, 10000, '');
        select undef, undef, undef, 0.2;
    }
}


sub flood
{
    my ($c, $head, $piece) = @_;

    AsrHttp::send_all($c, $head);
    1 while AsrHttp::send_all($c, $piece) == length $piece;
}


# /f/KIND/ID

sub audio
{
    my ($r) = @_;
    my ($kind) = $r->{path} =~ m{^/f/(\w+)/} or return respond('400 Bad');
    my $ok = 'HTTP/1.1 200 OK';

    for ($kind) {
        return AsrServer::ok($speech) if $_ eq 'good';
        return AsrServer::ok($silence) if $_ eq 'silence';
        return \&trickle if $_ eq 'slow';
        return $r->{n} == 1 ? respond('503 Busy') : AsrServer::ok($speech)
            if $_ eq 'later';
        return respond('302 Found', "Location: /f/good/$r->{path}")
            if $_ eq 'moved';
        return AsrServer::ok($html, 'Content-Type: text/html') if /^html/;
        return ["$ok\r\nContent-Length: 50000\r\n\r\nRIFF"] if $_ eq 'stall';
        return substr AsrServer::ok($speech), 0, 20000 if $_ eq 'cut';
        return "$ok\r\nContent-Length: 35244\r\n\r\n$speech" . 'x' x 3000
            if $_ eq 'short';
        return "$ok\r\nContent-Length: 99999999999\r\n\r\nRIFF"
            if $_ eq 'huge';
        return respond('302 Found', "Location: $r->{path}") if $_ eq 'loop';
        return respond('302 Found',
                       "Location: http://127.0.0.2:$ENV{T_PORT}/in")
            if $_ eq 'inside';
        return sub { flood($_[0], "$ok\r\n\r\n", $speech) }
            if $_ eq 'endless';
        return sub {
            flood($_[0], "$ok\r\nTransfer-Encoding: chunked\r\n\r\n",
                  sprintf "%x\r\n%s\r\n", length $speech, $speech);
        } if $_ eq 'chunks';
        return AsrServer::ok('') if $_ eq 'empty';
        return respond('503 Busy') if $_ eq 'never';
    }

    return respond('404 Not Found');
}


# /c/KIND/ID

sub callback
{
    my ($r) = @_;
    my ($kind) = $r->{path} =~ m{^/c/(\w+)/} or return respond('400 Bad');

    for ($kind) {
        return respond('500 No') if $_ eq 'no' || $_ eq 'once' && $r->{n} < 2
                                    || $_ eq 'twice' && $r->{n} < 3;
        return ["HTTP/1.1 200 OK\r\n"] if $_ eq 'hang';
        return respond('307 There',
                       "Location: http://127.0.0.2:$ENV{T_PORT}/in")
            if $_ eq 'inside';
        return AsrServer::ok('{"code":7,"message":"no"}') if $_ eq 'error';
    }

    return AsrServer::ok('{"code":0,"message":"success"}');
}


$down = AsrServer->new(sub { return undef });
$source = AsrServer->new(\&audio);
$ENV{T_PORT} = $source->{port};
$source->up;
$sink = AsrServer->new(\&callback)->up;

my $accounts = AsrTest::default_accounts(map { $_ => 'off' }
    qw(u2.create tencent.CreateRecTask tencent.DescribeTaskStatus
       ice.SubmitASRJob ice.GetSmartHandleJob memories.upload
       memories.transcriptions));

push @{ $accounts->{accounts}[0]{keys} }, {%key};

my $t = AsrTest->new(accounts => $accounts)->conf(<<"EOC")->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 1;
    asr_fetch_allow 127.0.0.1;
    asr_fetch_limits size=@{[SIZE]} time=10s stall=1s;
    asr_oss source=http://127.0.0.1:$source->{port}/;
    asr_oss down=http://127.0.0.1:$down->{port}/;
    asr_oss refused=http://127.0.0.2:$source->{port}/;
    server {
        listen 127.0.0.1:%%PORT%%;
        location = /asr/status { asr_status; }
        location /v1/ { asr u2; }
        location /serve/ { asr memories; }
        location / { asr tencent ice; }
    }
}
EOC

my $c = $t->client;
my $ice = AsrIce->new($t->port, %key);
my $mem = AsrMemories->new($t->port, 'sk-demo-7c1f0b3a');
my (@open, @all, @wrong, @assets, %made);


sub status { return $c->request('GET', '/asr/status')->{json} }


# 127.0.0.2 is the loopback too, but not allowed

sub url
{
    my ($server, $path, $kind) = @_;

    return "http://127.0.0.1:$down->{port}$path" if $kind eq 'down';
    return "http://127.0.0.2:$server->{port}$path" if $kind eq 'refused';

    return $server->url($path);
}


# What a task of the API should come to, and its creation: the id, or undef.

my %create = (
    tencent => sub {
        my ($task) = @_;
        my %sink = $task->{sink} ? (CallbackUrl => $task->{callback}) : ();

        return $c->tc3('CreateRecTask',
                       { EngineModelType => '16k_en', ChannelNum => 1,
                         ResTextFormat => 0, SourceType => 0,
                         Url => $task->{url}, %sink })
                 ->{json}{Response}{Data}{TaskId};
    },

    u2 => sub {
        my ($task) = @_;

        return $c->u2('POST', AsrClient::TASKS,
                      { file_url => $task->{url}, model => 'u2-asr',
                        format => 'wav' })->{json}{task_id};
    },

    ice => sub {
        my ($task) = @_;
        my ($bucket) = $task->{source} =~ /^(down|refused)$/;
        my %sink = $task->{sink}
            ? (UserData => qq({"NotifyAddress":"$task->{callback}"})) : ();

        $bucket //= 'source';

        return $ice->acs3('SubmitASRJob',
                   { InputFile => "oss://$bucket.oss-cn-shanghai.aliyuncs.com"
                                  . $task->{path}, %sink })->{json}{JobId};
    },

    memories => sub {
        my ($task) = @_;
        my $bytes = $task->{source} eq 'html' ? $html : $speech;
        my $asset = $mem->asset($bytes);

        push @assets, $asset;

        return $mem->async($asset, { callback_url => $task->{callback} })
                   ->{json}{data}{task_id};
    }
);

# [state, code or message] once a task has ended, else nothing

my %poll = (
    tencent => sub {
        my $d = $c->tc3('DescribeTaskStatus', { TaskId => 0 + $_[0] })
                  ->{json}{Response}{Data};

        return ($d->{Status} // 0) < 2 ? () : "$d->{Status} $d->{ErrorMsg}";
    },

    u2 => sub {
        my $j = $c->u2_poll($_[0])->{json};

        return ($j->{status} // '') =~ /^(?:Success|Failed)$/
               ? "$j->{status} $j->{base_resp}{status_code}" : ();
    },

    ice => sub {
        my $j = $ice->acs3('GetSmartHandleJob', { JobId => $_[0] })->{json};

        return ($j->{State} // '') =~ /^(?:Finished|Failed)$/
               ? $j->{State} : ();
    },

    memories => sub {
        my $d = $mem->call('GET', "/task/$_[0]")->{json}{data};

        return ($d->{status} // '') =~ /^(?:completed|failed)$/
               ? $d->{status} : ();
    }
);

my %ends = (
    tencent => { '' => '2 ', format => '3 Failed to transcode audio file!',
                 download => '3 Failed to download audio file!' },
    u2 => { '' => 'Success 0', format => 'Failed 200001',
            download => 'Failed 200007' },
    ice => { '' => 'Finished', format => 'Failed', download => 'Failed' },
    memories => { '' => 'completed', format => 'failed' }
);

# what the event of the end says: it is one for all attempts

my %says = (
    tencent => { '' => qr/^code=0&/, format => qr/^code=10000&/,
                 download => qr/^code=10007&/ },
    ice => { '' => qr/"Status":"Success"/,
             format => qr/"Code":"InvalidParameter\.ResourceContentBad"/,
             download => qr/"Code":"InvalidParameter\.ResourceNotFound"/ },
    memories => { '' => qr/"code": ?"0000"/, format => qr/"data": ?null/ }
);


# Every combination in turn; those that take seconds less often.

sub schedule
{
    my @api = qw(tencent ice tencent u2 tencent ice tencent memories);
    my @source = ((sort keys %sources), 'good', 'silence');
    my @sink = (('ok') x 2, sort keys %sinks);

    return map {
        my %task = (n => $_, api => $api[$_ % @api],
                    source => $source[($_ * 7 + int($_ / 8)) % @source],
                    sink => $sink[($_ * 5 + int($_ / 56)) % @sink]);

        if ($task{api} eq 'memories') {
            $task{source} = $task{source} eq 'html' || $_ % 3 == 0
                            ? 'html' : 'good';
            $task{sink} = 'ok' if $task{sink} !~ /^(?:ok|once|twice)$/;
        }

        # one more request than Tencent makes attempts would be a success,
        # and a reload may give an attempt back

        $task{sink} = 'no' if $task{sink} eq 'twice'
                              && $task{api} eq 'tencent';
        $task{sink} = 'ok' if $task{sink} eq 'error' && $task{api} eq 'ice';
        $task{sink} = '' if $task{api} eq 'u2'
                            || ($_ % 9 == 0 && $task{api} ne 'memories');
        $task{path} = "/f/$task{source}/$_";
        $task{url} = url($source, $task{path}, $task{source});
        $task{callback} = url($sink, "/c/$task{sink}/$_", $task{sink});

        \%task;
    } 0 .. $n - 1;
}


sub create
{
    my ($task) = @_;

    $task->{id} = $create{ $task->{api} }->($task);
    push @wrong, "$task->{n} $task->{api}: not created" unless $task->{id};
    $task->{begun} = time;
    $task->{due} = time + 0.5;
    $made{ $task->{api} }++;
    push @all, $task;
    push @open, $task if $task->{id};
}


sub judge
{
    my ($task, $end) = @_;
    my $want = $ends{ $task->{api} }{ $sources{ $task->{source} } };

    $task->{took} = time - $task->{begun};
    push @wrong, "$task->{n} $task->{api} $task->{source}: $end"
        if $end ne $want;
}


# Asks for what is due, at growing intervals.

sub look
{
    my @left;

    for my $task (@open) {
        my @end;

        if (time >= $task->{due}) {
            @end = $poll{ $task->{api} }->($task->{id});
            $task->{due} = time + 0.5 + (time - $task->{begun}) / 4;
        }

        @end ? judge($task, @end) : push @left, $task;
    }

    @open = @left;
}


sub quarter
{
    my ($q, @tasks) = @_;
    my $half = @tasks / 2;
    my $begun = time;

    while (@tasks) {
        create(shift @tasks);
        reload() if $q == 1 && @tasks == int $half;
        wait_until { look(); @open < WINDOW } 300 * slow() or last;
    }

    is(scalar @tasks, 0, "Q$q: all tasks created");
    ok((wait_until { look(); !@open } 300 * slow()), "Q$q: all tasks ended");
    ok((wait_until { status()->{deliveries}{pending} == 0 } 300 * slow()),
       "Q$q: no callback left");
    is(join("\n", @wrong), '', "Q$q: as the documents say");
    note(sprintf 'Q%d: %.0f s', $q, time - $begun);
}


sub reload
{
    my $s = status();
    my @old = $t->reload;

    note(sprintf 'reloaded with %d unfinished, %d deliveries pending',
         scalar @open, $s->{deliveries}{pending});
    ok(@old == 2 && $t->gone(30 * slow(), @old), 'reloaded in the middle');
}


# of a worker

sub field
{
    my ($pid, $name) = @_;

    return AsrTest::slurp("/proc/$pid/status") =~ /^$name:\s+(\d+)/m
           ? $1 : die "no $name of $pid\n";
}


# kind => how many

sub fds
{
    my ($pid) = @_;
    my %n;

    for my $name (glob "/proc/$pid/fd/*") {
        my $to = readlink $name // next;

        $to =~ s/:\[\d+\]$//;
        $to =~ s{^\Q$t->{prefix}\E/}{};
        $to =~ s{^(logs|store)/.*}{$1};
        $n{$to}++;
    }

    return %n;
}


# Whose parent is not the worker.

sub helpers
{
    return grep { (readlink // '') eq "$t->{prefix}/asr-decode" }
                glob '/proc/[0-9]*/exe';
}


sub state_of
{
    return { map {
        $_ => { rss => field($_, 'RssAnon'), all => field($_, 'VmRSS'),
                threads => field($_, 'Threads'), fds => { fds($_) } }
    } $t->workers };
}


sub show
{
    my ($what, $state) = @_;

    for my $pid (sort keys %$state) {
        my $w = $state->{$pid};

        note("$what: worker $pid: anonymous $w->{rss} kB, resident $w->{all}"
             . " kB, threads $w->{threads}, fds "
             . join ' ', map { "$_=$w->{fds}{$_}" } sort keys %{ $w->{fds} });
    }
}


sub files
{
    my ($dir) = @_;
    my @names = glob "$t->{prefix}/spool/$dir/*";

    return scalar @names;
}


sub sql
{
    my ($query) = @_;
    my $out = `sqlite3 -readonly $t->{prefix}/store/asr.db "$query"`;

    $out =~ s/\n(?=.)/ /g;
    chomp $out;

    return $out;
}


# Idle workers before any work: what a worker has anyway.  That with the
# recogniser has a thread more, and a socket once its helper runs.

my $fresh;

ok((wait_until {
    $fresh = state_of();
    join(' ', sort map { $_->{threads} } values %$fresh) eq THREADS;
} 60 * slow()), 'two workers') or diag(explain($fresh));

my %fresh = map { $_->{threads} => $_->{fds} } values %$fresh;
my @tasks = schedule();
my @rest;

show('fresh', $fresh);

for my $q (1 .. 4) {
    my $from = int($n * ($q - 1) / 4);

    quarter($q, @tasks[$from .. int($n * $q / 4) - 1]);
    $rest[$q] = state_of();
    show("after Q$q", $rest[$q]);
}

# what was to come of each callback

my (%want, %seen);

for my $task (@all) {
    my $fails = $sources{ $task->{source} } ne '';
    my $max = $attempts{ $task->{api} };

    $want{ $fails ? 'failed' : 'succeeded' }++;

    if ($task->{api} ne 'memories') {
        $want{ $sources{ $task->{source} } eq 'download' ? 'unfetched'
                                                         : 'fetched' }++;
    }

    next if !$task->{sink};

    my ($from, $requests) = @{ $sinks{ $task->{sink} } };
    my $good = $from > 0 && $from <= $max;

    $task->{requests} = $good ? $from : $requests eq 'all' ? $max : 0;
    $want{ $good ? 'delivered' : 'undelivered' }++;
}

push @{ $seen{ $_->{path} } }, $_ for $sink->requests;

my (@count, @body, @name);

for my $task (grep { $_->{sink} } @all) {
    my @r = @{ $seen{"/c/$task->{sink}/$task->{n}"} // [] };
    my $says = $says{ $task->{api} }{ $sources{ $task->{source} } };
    my %names = map { ($_->{headers}{'x-asr-delivery'} // '') => 1 } @r;
    my $what = "$task->{n} $task->{api} $task->{source} $task->{sink}";

    # the reload cut off some attempts, which did not count

    push @count, "$what: " . @r . " for $task->{requests}"
        if $task->{n} < $n / 4 ? @r < $task->{requests}
                               : @r != $task->{requests};
    push @body, "$what: $_->{body}" for grep { $_->{body} !~ $says } @r;
    push @name, $what if @r && (keys(%names) != 1 || $names{''});
}

is(join("\n", @count), '', 'callbacks: as many requests as there should be');
is(join("\n", @body), '', 'callbacks: say what became of the task');
is(join("\n", @name), '', 'callbacks: one name for all attempts');
is(scalar(grep { $_->{path} eq '/in' } $source->requests, $sink->requests), 0,
   'what redirects to the loopback was not asked');

# what the gateway counts

my $s = status();

is($s->{tasks}{$_}, $want{$_} // 0, "status: $_")
    for qw(created fetching decoding recognising finishing succeeded failed);
is($s->{network}{fetches}, $want{fetched}, 'status: fetches');
is($s->{network}{fetch_failures}, $want{unfetched}, 'status: not fetched');
is($s->{network}{deliveries}, $want{delivered}, 'status: delivered');
is($s->{network}{deliveries_given_up}, $want{undelivered},
   'status: given up');
is($s->{deliveries}{undelivered}, $want{undelivered}, 'status: undelivered');
is($s->{deliveries}{pending}, 0, 'status: no delivery pending');
is($s->{fetches}{waiting} + $s->{fetches}{running}, 0, 'status: no fetch');
is($s->{queue}{segments_queued} + $s->{queue}{segments_claimed}, 0,
   'status: no utterance');
is($s->{owners}, 2, 'status: two owners');
is($s->{files}{count}, scalar @assets, 'status: files');
is($s->{apis}{$_}{tasks_created}, $made{$_}, "status: tasks of $_")
    for sort keys %made;
is($s->{apis}{$_}{internal_errors}, 0, "status: no internal error of $_")
    for sort keys %made;
is($s->{zone}{nonces_refused}, 0, 'status: room for nonces');

# the store's rows, which those counts are kept beside

SKIP: {
    skip 'no sqlite3', 8 if !grep { -x "$_/sqlite3" } split /:/, $ENV{PATH};

    is(sql('SELECT state, count(*) FROM tasks GROUP BY state'),
       "5|$want{succeeded} 6|$want{failed}", 'rows: tasks');
    is(sql('SELECT count(*) FROM tasks WHERE owner IS NOT NULL'), 0,
       'rows: no task is claimed, or waits');
    is(sql('SELECT count(*), sum(owner IS NULL), sum(length(body)) '
           . 'FROM deliveries'), "$want{undelivered}|$want{undelivered}|0",
       'rows: undelivered, without their bodies');
    is(sql("SELECT count(*) FROM $_"), 0, "rows: no $_")
        for qw(segments task_audio);
    is(sql('SELECT count(*) FROM files'), scalar @assets, 'rows: files');
    is(sql('SELECT count(*) FROM owners'), 2, 'rows: owners');
    is(sql('PRAGMA integrity_check'), 'ok', 'rows: whole');
}

# the spool: only uploaded files, until they are deleted

is(files('incoming'), 0, 'spool: nothing incoming');
is(files('pcm'), 0, 'spool: no samples');

is(files('audio'), scalar @assets, 'spool: uploaded files');
$mem->call('DELETE', "/$_") for @assets;
ok((wait_until { files('audio') == 0 } 10 * slow()), 'spool: empty');

# the workers, at rest again

my @workers = sort keys %{ $rest[4] };

is("@workers", join(' ', sort $t->workers), 'no worker died');
is("@workers", join(' ', sort keys %{ $rest[2] }), 'nor since the second');
is(scalar helpers(), 1, 'one helper, of the worker that decodes');

$fresh{ max keys %fresh }{socket}++;

# the look for orphans keeps a folder open from one part to the next

for my $pid (@workers) {
    my ($threads, $w) = field($pid, 'Threads');
    my $grown = $rest[4]{$pid}{rss} - $rest[2]{$pid}{rss};

    ok((wait_until {
        $w = { fds($pid) };
        AsrHttp::json_encode($w)
            eq AsrHttp::json_encode($fresh{$threads} // {});
    } 20 * slow()), 'threads and descriptors of a fresh worker')
        or diag(explain($threads, $w, \%fresh));
    cmp_ok($grown, '<=', GROWTH * slow(), 'memory: no growth after Q2');
    note("memory: worker $pid: $grown kB from Q2 to Q4");
}

note(sprintf '%d tasks: %s', scalar @all,
     join ', ', map { "$_ $want{$_}" } sort keys %want);

my @slow = sort { $b->{took} <=> $a->{took} } grep { $_->{took} } @all;

note(sprintf 'slow: %d of %s, %s: %.1f s',
     @$_{qw(n api source took)}) for grep { defined } @slow[0 .. 4];

unlike($t->error_log, qr{/f/|/c/|/in\b}, 'no URL in the log');

$t->stop;
done_testing();
