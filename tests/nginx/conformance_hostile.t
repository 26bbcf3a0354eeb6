#!/usr/bin/perl
#
# Endpoints that mean harm.  Whatever they send, the suite ends with findings,
# in bounded memory, and what it prints no terminal obeys.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket qw(SOMAXCONN);
use Test::More;
use Time::HiRes qw(sleep);

use AsrConf;
use AsrHttp qw(json_decode);
use AsrTest;

use constant RSS => 300 * 1024;          # KiB

my $dir = tempdir('asr-hostile-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my @pids;


# A server on a free port whose connections are processes of their own: what
# one does is a function of the connection and the request, undef of a peer
# that sent none.  They end with the process group.

sub evil
{
    my ($code, $raw) = @_;
    my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0,
                                  Proto => 'tcp', Listen => SOMAXCONN)
        or die "no port: $!";
    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        setpgrp;
        $SIG{CHLD} = 'IGNORE';
        $SIG{PIPE} = 'DEFAULT';
        $SIG{TERM} = 'DEFAULT';

        for ( ;; ) {
            my $c = $s->accept or next;
            my $child = fork;

            next if !defined $child || $child;

            alarm 60;
            $c->autoflush(1);
            my $request = $raw ? '' : request($c);
            $code->($c, $request) if defined $request;
            shutdown $c, 1;
            POSIX::_exit(0);
        }
    }

    push @pids, $pid;

    return 'http://127.0.0.1:' . $s->sockport;
}


sub request
{
    my ($c) = @_;
    my $in = '';

    while ($in !~ /\r\n\r\n/) {
        sysread $c, $in, 65536, length $in or return undef;
    }

    my ($head, $body) = $in =~ /\A(.*?)\r\n\r\n(.*)\z/s;
    my ($length) = $head =~ /^content-length: *(\d+)/im;

    while (length $body < ($length // 0)) {
        sysread $c, $body, 65536, length $body or return undef;
    }

    return $in;
}


END {
    local $?;
    kill 'KILL', map { -$_ } @pids;
    waitpid $_, 0 for @pids;
}


# A reply with that body.

sub reply
{
    my ($c, $body, $head, $status) = @_;
    my $type = $body =~ /^</ ? 'text/xml' : 'application/json';

    print $c 'HTTP/1.1 ' . ($status // '200 OK') . "\r\n"
             . "Content-Type: $type\r\n"
             . 'Content-Length: ' . length($body) . "\r\n"
             . "Connection: close\r\n" . ($head // '') . "\r\n$body";
}


# Until the peer has had enough.

sub forever
{
    my ($c, $bytes, $pause) = @_;

    while (print $c $bytes) {
        sleep $pause if $pause;
    }
}


my @common = ('--timeout', 2 * AsrTest::slow(), '--task-timeout', 2,
              '--no-shrink');


sub judge
{
    my ($name, $r, %opt) = @_;

    is($r->{status}, 1, "$name: ends with findings")
        or diag($r->{err}, substr $r->{out}, -2000);
    unlike("$r->{out}$r->{err}",
           qr/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]/,
           "$name: prints nothing that a terminal obeys");
    unlike($r->{err}, qr/Sanitizer|runtime error/, "$name: no sanitizer's word")
        or diag($r->{err});
    cmp_ok($r->{rss}, '<', RSS, "$name: bounded memory")
        if !AsrTest::sanitized();
}


sub held
{
    my ($name, $code, %opt) = @_;
    my $r = AsrConf->run('--target', evil($code, $opt{raw}), @common,
                         '--listen', $opt{listen} // '127.0.0.1:0',
                         @{ $opt{args} // [] }, @{ $opt{cases} });

    judge($name, $r);
    like($r->{out},
         $opt{like} // qr/^\d+ passed, [1-9]\d* failed, \d+ skipped$/m,
         "$name: and says so");
    like($r->{out}, $opt{says}, "$name: says why") if $opt{says};
}


# Four servers at a time, one for each document; what was found of each is
# read from the run's lines.

my %few = (tencent => 'tencent/DescribeTaskStatus/result',
           u2 => 'u2/delete/body', memories => 'memories/signed-url/life',
           ice => 'ice/GetSmartHandleJob/query');
my (@apis, @batch) = sort keys %few;


sub evils
{
    my ($name, $code, %opt) = @_;

    push @batch, [$name, $code, %opt];
    batch() if @batch == @apis;
}


sub batch
{
    my (@args, %of);
    my ($threads) = map { my (undef, undef, %opt) = @$_; $opt{threads} // () }
                    @batch;
    my $names = join ', ', map { $_->[0] } @batch;
    my $lines = "$dir/lines";

    for my $i (0 .. $#batch) {
        my (undef, $code, %opt) = @{ $batch[$i] };

        push @args, '--target', "$apis[$i]=" . evil($code, $opt{raw}),
             $few{ $apis[$i] };
    }

    my $r = AsrConf->run(@common, '--threads', $threads // 32, '--report',
                         "jsonl=$lines", @args);

    judge($names, $r);

    for (map { json_decode($_) } split /\n/, AsrTest::slurp($lines)) {
        push @{ $of{$1} }, $_ if ($_->{id} // '') =~ m{^(\w+)/};
    }

    for my $i (0 .. $#batch) {
        my ($name, undef, %opt) = @{ $batch[$i] };
        my @cases = @{ $of{ $apis[$i] } // [] };
        my @failed = grep { $_->{verdict} eq 'failed' } @cases;

        ok(@failed && !(grep { $_->{verdict} eq 'passed' } @cases),
           "$name: " . @failed . ' of ' . @cases . ' cases fail');
        like("$failed[0]{check}: $failed[0]{expected}: $failed[0]{got}",
             $opt{says} // qr/^transport: /, "$name: and say why");
    }

    @batch = ();
}


# How it may go wrong on the wire.

evils('closed at once', sub { }, raw => 1, says => qr/a whole HTTP reply/);
evils('closed after the request', sub { }, says => qr/a whole HTTP reply/);
evils('no HTTP', sub { print { $_[0] } "\x1b[2Jhello\r\n\r\n" });
evils('no HTTP, but lines', sub { print { $_[0] } "SSH-2.0-x\r\n" });

evils('a line without an end',
      sub { forever($_[0], 'x' x 65536) });
evils('a header without an end',
      sub { print { $_[0] } "HTTP/1.1 200 OK\r\nX: ";
            forever($_[0], 'x' x 65536) });
evils('headers without an end',
      sub { print { $_[0] } "HTTP/1.1 200 OK\r\n";
            forever($_[0], "X: y\r\n" x 1000) },
      says => qr/headers of more than|more than 1024 headers/);
evils('a length that is none',
      sub { print { $_[0] } "HTTP/1.1 200 OK\r\n"
            . "Content-Length: 99999999999999999999999\r\n\r\n{}" });

evils('a body without an end',
      sub { print { $_[0] } "HTTP/1.1 200 OK\r\n"
            . "Content-Type: application/json\r\n\r\n";
            forever($_[0], ' ' x 65536) },
      threads => 4, says => qr/a body of more than 16 MiB|[Tt]ime/);
evils('chunks without an end',
      sub { print { $_[0] } "HTTP/1.1 200 OK\r\n"
            . "Transfer-Encoding: chunked\r\n\r\n";
            forever($_[0], "fffff\r\n" . 'x' x 0xfffff . "\r\n") },
      threads => 4, says => qr/a body of more than 16 MiB|[Tt]ime/);
evils('a NUL in a header', sub { reply($_[0], '{}', "X: a\0b\r\n") });
evils('a header that goes on from none',
      sub { print { $_[0] } "HTTP/1.1 200 OK\r\n  x\r\n\r\n{}" });

evils('a gigabyte that never comes',
      sub { print { $_[0] } "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n"
            . "\r\n{";
            sleep 30 });
evils('silence', sub { sleep 30 }, says => qr/[Tt]ime/);
evils('a byte now and then',
      sub { print { $_[0] } "HTTP/1.1 200 OK\r\n\r\n";
            forever($_[0], '{', 0.2) },
      says => qr/[Tt]ime/);
evils('100 Continue without an end',
      sub { forever($_[0], "HTTP/1.1 100 Continue\r\n\r\n" x 100) });


# And in what it says.

my %esc = (esc => "\x1b]0;owned\x07\x1b[31m", c1 => "\xc2\x9b31m",
           turned => "\xe2\x80\xae", raw => "\xff\xfe\x9b");

for my $v (sort keys %esc) {
    evils("what is no JSON, but $v",
          sub { reply($_[0], "{\"base_resp\": \"$esc{$v}\"") },
          says => qr/^json: /);
}

evils('XML ten thousand deep',
      sub { reply($_[0], '<a>' x 10000 . '</a>' x 10000) },
      says => qr/too deep/);
evils('JSON ten thousand deep',
      sub { reply($_[0], '[' x 10000 . ']' x 10000) },
      says => qr/more levels/);
evils('a million values',
      sub { reply($_[0], '[' . '{},' x 999_999 . '{}]') },
      says => qr/more values|[Tt]ime/);
evils('numbers of ten thousand digits',
      sub { reply($_[0], '{"base_resp": {"status_code": ' . '9' x 10000
                  . '}, "task_id": 1' . '0' x 10000 . '.5e' . '9' x 500
                  . '}') },
      says => qr/^json: /);
evils('XML that grows',
      sub { reply($_[0], '<!DOCTYPE a [<!ENTITY b "' . 'b' x 1000 . '">'
                  . '<!ENTITY c "' . '&b;' x 1000 . '"><!ENTITY d "'
                  . '&c;' x 1000 . '">]><a>' . '&d;' x 1000 . '</a>') },
      says => qr/document type/);
evils('an empty reply', sub { reply($_[0], '') }, says => qr/no body/);
evils('half a success',
      sub { reply($_[0], '{"Response": {"Data": {"TaskId": 1') },
      says => qr/^json: /);
evils('values of no type that was told',
      sub { reply($_[0], '{"Response": [], "base_resp": [], "code": {},'
                  . ' "Code": []}') },
      says => qr/^(?:envelope|schema|outcome|json)/);
evils('redirects',
      sub { my ($host) = $_[1] =~ /^host: (\S+)/im;
           reply($_[0], '{}', "Location: http://$host/again\r\n",
                 '302 Found') },
      says => qr/^(?:envelope|json|http): /);
evils('a bomb of gzip',
      sub { reply($_[0], "\x1f\x8b\x08\0\0\0\0\0\0\3" . "\xff" x 5000,
                 "Content-Encoding: gzip\r\n") },
      says => qr/^json: /);
evils('a status alone', sub { print { $_[0] } "HTTP/1.1 200 OK\r\n" });
batch() if @batch;

held('controls in a code and a message',
     sub { reply($_[0], '{"Response": {"Error": {"Code": "\u001b[31mX\u009b",'
                 . ' "Message": "\u001b]0;\u0007\u202e\r\n\u2028"},'
                 . ' "RequestId": "\u001bc"}}',
                 "X-\x1b: \x1b[2J\xc2\x9b\r\n") },
     cases => ['tencent/CreateRecTask/roles'], args => ['-v', '-v'],
     says => qr/\\x1b\[31mX/);
held('controls, replayed',
     sub { reply($_[0], '{"base_resp": {"status_code": "\u001b[31m\u009b'
                 . "\x7f" . '"}}', "X: \x1b[2J\xc2\x9b\r\n") },
     args => ['--replay', 'u2/delete/body/1'], cases => [],
     like => qr/^failed in step 1/m, says => qr/\\x1b\[2J\\u\{9b\}/);

# a success, and all there is in it is huge

my $huge = 'x' x (1 << 20);

held('huge texts of a success',
     sub { reply($_[0], qq({"Response": {"RequestId": "$huge", "Data":)
                 . qq( {"TaskId": 1, "Status": 2, "StatusStr": "$huge",)
                 . qq( "Result": "$huge", "ErrorMsg": "$huge"}}})) },
     cases => ['tencent/DescribeTaskStatus/result']);
held('a huge code, and megabytes around it',
     sub { reply($_[0], qq({"base_resp": {"status_code": "$huge",)
                 . qq( "status_msg": "$huge"}}) . ' ' x (8 << 20)) },
     cases => ['u2/delete/file_id']);


# Deliveries nobody asked for, more of them and larger than are kept.

my $hook = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0,
                                 Listen => 1, ReuseAddr => 1)
    or die "no port: $!";
my $listen = '127.0.0.1:' . $hook->sockport;

close $hook;


sub flood
{
    my ($c) = @_;

    reply($c, '{"task_id": "1", "base_resp": {"status_code": 0}}');

    for my $n (1 .. 60) {
        my $s = IO::Socket::INET->new(PeerAddr => $listen) or return;
        my $body = '%' x (1 << 20);

        print $s 'POST ' . ($n % 2 ? '/webhook' : "/callback/$n")
                 . " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                 . 'Content-Length: ' . length($body) . "\r\n\r\n$body";
        IO::Select->new($s)->can_read(5);
    }
}


held('a flood of deliveries', \&flood, listen => $listen,
     cases => ['u2/delete/body']);

done_testing;
