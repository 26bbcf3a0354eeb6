#!/usr/bin/perl
#
# Endpoints that mean harm.  Whatever they send, the suite ends with findings,
# in bounded memory, and what it prints no terminal obeys.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket qw(SOMAXCONN);
use Test::More;
use Time::HiRes qw(sleep);

use AsrConf;
use AsrTest;

use constant RSS => 300 * 1024;          # KiB

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

    print $c 'HTTP/1.1 ' . ($status // '200 OK') . "\r\n"
             . "Content-Type: application/json\r\n"
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


sub held
{
    my ($name, $code, %opt) = @_;
    my $url = evil($code, $opt{raw});
    my $r = AsrConf->run('--target', $url, '--timeout', 2, '--task-timeout', 2,
                         '--threads', $opt{threads} // 8, '--no-shrink',
                         '--listen', $opt{listen} // '127.0.0.1:0',
                         @{ $opt{args} // [] },
                         @{ $opt{cases} // ['u2/delete/all'] });

    is($r->{status}, $opt{status} // 1, "$name: ends with findings")
        or diag($r->{err}, substr $r->{out}, -2000);
    like($r->{out}, $opt{like} // qr/^\d+ passed, [1-9]\d* failed, \d+ skipped$/m,
         "$name: and says so");
    like($r->{out}, $opt{says}, "$name: says why") if $opt{says};
    unlike("$r->{out}$r->{err}",
           qr/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]/,
           "$name: prints nothing that a terminal obeys");
    unlike($r->{err}, qr/Sanitizer|runtime error/, "$name: no sanitizer's word")
        or diag($r->{err});
    cmp_ok($r->{rss}, '<', RSS, "$name: bounded memory")
        if !AsrTest::sanitized();

    return $r;
}


# How it may go wrong on the wire.

held('closed at once', sub { }, raw => 1, says => qr/a whole HTTP reply/);
held('closed after the request', sub { }, says => qr/a whole HTTP reply/);
held('no HTTP', sub { print { $_[0] } "\x1b[2Jhello\r\n\r\n" });
held('no HTTP, but lines', sub { print { $_[0] } "SSH-2.0-x\r\n" });
held('a status alone', sub { print { $_[0] } "HTTP/1.1 200 OK\r\n" });
held('a line without an end',
     sub { forever($_[0], 'x' x 65536) });
held('a header without an end',
     sub { print { $_[0] } "HTTP/1.1 200 OK\r\nX: ";
           forever($_[0], 'x' x 65536) });
held('headers without an end',
     sub { print { $_[0] } "HTTP/1.1 200 OK\r\n";
           forever($_[0], "X: y\r\n" x 1000) },
     says => qr/headers of more than|more than 1024 headers/);
held('a body without an end',
     sub { print { $_[0] } "HTTP/1.1 200 OK\r\n"
           . "Content-Type: application/json\r\n\r\n";
           forever($_[0], ' ' x 65536) },
     threads => 4, says => qr/a body of more than 16 MiB|[Tt]ime/);
held('chunks without an end',
     sub { print { $_[0] } "HTTP/1.1 200 OK\r\n"
           . "Transfer-Encoding: chunked\r\n\r\n";
           forever($_[0], "fffff\r\n" . 'x' x 0xfffff . "\r\n") },
     threads => 4, says => qr/a body of more than 16 MiB|[Tt]ime/);
held('a gigabyte that never comes',
     sub { print { $_[0] } "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n"
           . "\r\n{";
           sleep 30 },
     threads => 32);
held('a length that is none',
     sub { print { $_[0] } "HTTP/1.1 200 OK\r\n"
           . "Content-Length: 99999999999999999999999\r\n\r\n{}" });
held('silence', sub { sleep 30 }, threads => 32, says => qr/[Tt]ime/);
held('a byte now and then',
     sub { print { $_[0] } "HTTP/1.1 200 OK\r\n\r\n";
           forever($_[0], '{', 0.2) },
     threads => 32, says => qr/[Tt]ime/);
held('100 Continue without an end',
     sub { forever($_[0], "HTTP/1.1 100 Continue\r\n\r\n" x 100) });
held('redirects',
     sub { my ($host) = $_[1] =~ /^host: (\S+)/im;
           reply($_[0], '{}', "Location: http://$host/again\r\n",
                 '302 Found') });
held('a bomb of gzip',
     sub { reply($_[0], "\x1f\x8b\x08\0\0\0\0\0\0\3" . "\xff" x 5000,
                 "Content-Encoding: gzip\r\n") });
held('a NUL in a header', sub { reply($_[0], '{}', "X: a\0b\r\n") });
held('a header that goes on from none',
     sub { print { $_[0] } "HTTP/1.1 200 OK\r\n  x\r\n\r\n{}" });


# And in what it says.

my %esc = (esc => "\x1b]0;owned\x07\x1b[31m", c1 => "\xc2\x9b31m",
           turned => "\xe2\x80\xae", raw => "\xff\xfe\x9b");

held("JSON that is $_",
     do { my $v = $_; sub { reply($_[0], "{\"base_resp\": \"$esc{$v}\"") } })
    for sort keys %esc;
held('controls in a code and a message',
     sub { reply($_[0], '{"Response": {"Error": {"Code": "\u001b[31mX\u009b",'
                 . ' "Message": "\u001b]0;\u0007\u202e\r\n\u2028"},'
                 . ' "RequestId": "\u001bc"}}',
                 "X-\x1b: \x1b[2J\xc2\x9b\r\n") },
     cases => ['tencent/CreateRecTask/roles'], args => ['-v', '-v'],
     says => qr/\\x1b\[31mX/);
held('controls, replayed',
     sub { reply($_[0], '{"base_resp": {"status_code": "\u001b[31m' . "\xc2\x9b"
                 . "\x7f" . '"}}', "X-\x1b: \x1b[2J\xc2\x9b\r\n") },
     args => ['--replay', 'u2/delete/all/1'], cases => [],
     like => qr/^failed in step 1/m, says => qr/\\x1b\[2J\\u\{9b\}/);
held('JSON ten thousand deep',
     sub { reply($_[0], '[' x 10000 . ']' x 10000) },
     says => qr/levels deep/);
held('XML ten thousand deep',
     sub { reply($_[0], '<a>' x 10000 . '</a>' x 10000) },
     cases => ['ice/GetSmartHandleJob/query']);
held('XML that grows',
     sub { reply($_[0], '<!DOCTYPE a [<!ENTITY b "' . 'b' x 1000 . '">'
                 . '<!ENTITY c "' . '&b;' x 1000 . '"><!ENTITY d "'
                 . '&c;' x 1000 . '">]><a>' . '&d;' x 1000 . '</a>') },
     cases => ['ice/GetSmartHandleJob/query']);
held('numbers of ten thousand digits',
     sub { reply($_[0], '{"base_resp": {"status_code": ' . '9' x 10000
                 . '}, "task_id": 1' . '0' x 10000 . '.5e' . '9' x 500 . '}') });

# a success, and all there is in it is huge

my $huge = 'x' x (1 << 20);

held('huge texts of a success',
     sub { reply($_[0], qq({"Response": {"RequestId": "$huge", "Data":)
                 . qq( {"TaskId": 1, "Status": 2, "StatusStr": "$huge",)
                 . qq( "Result": "$huge", "ErrorMsg": "$huge"}}})) },
     threads => 4, cases => ['tencent/DescribeTaskStatus/result']);
held('a million segments',
     sub { reply($_[0], '{"Response": {"RequestId": "1", "Data": {"TaskId": 1,'
                 . ' "Status": 2, "StatusStr": "success", "Result": "",'
                 . ' "ErrorMsg": "", "ResultDetail": ['
                 . '{},' x 999_999 . '{}]}}}') },
     threads => 4, cases => ['tencent/DescribeTaskStatus/end']);
held('a huge code, and megabytes around it',
     sub { reply($_[0], qq({"base_resp": {"status_code": "$huge",)
                 . qq( "status_msg": "$huge"}}) . ' ' x (8 << 20)) },
     threads => 4, cases => ['u2/delete']);


# Deliveries nobody asked for, more of them and larger than are kept.

my $hook = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0,
                                 Listen => 1, ReuseAddr => 1) or die "no port: $!";
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


held('a flood of deliveries', \&flood, listen => $listen, threads => 4);

done_testing;
