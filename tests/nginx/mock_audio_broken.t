#!/usr/bin/perl

# Generators of sound that fail, die or hang: the mock says so and goes on.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use IO::Select;
use Test::More;

use AsrMock;
use AsrTest;

my $dir = tempdir(TMPDIR => 1, CLEANUP => 1);
my $build = AsrTest::build_dir();

# its parts are found beside it

mkdir "$dir/bin";
copy("$build/asr-mock", "$dir/bin/asr-mock") or die "asr-mock: $!\n";
chmod 0755, "$dir/bin/asr-mock";
symlink "$build/$_", "$dir/bin/$_"
    for qw(ngx_http_asr_mock_module.so asr-decode asr-mock-cert);
symlink "$AsrTest::TOP/mock_server", "$dir/mock_server";

open my $f, '>', "$dir/bin/asr-mock-audio" or die "$dir: $!\n";
print $f <<'EOS';
#!/bin/sh
case "$1" in
fail.wav)    echo "no voice today" >&2; exit 1 ;;
refused.wav) echo "no such thing" >&2; exit 2 ;;
mute.wav)    exit 1 ;;
empty.wav)   exit 0 ;;
dies.wav)    kill -SEGV $$ ;;
loud.wav)    echo "a warning" >&2; printf 'RIFFloud'; exit 0 ;;
fds.wav)     ls -l /proc/self/fd/ | grep -c socket: ; exit 0 ;;
hang.wav)    exec sleep 1000 ;;
esac
EOS
close $f;
chmod 0755, "$dir/bin/asr-mock-audio";

$AsrMock::program = "$dir/bin/asr-mock";

my $m = AsrMock->new;
my $http = AsrHttp->new($m->port);

# nginx's words, when it is the first to see its end

$m->expect(qr/asr-mock-audio \d+ exited on signal (?:9|11)\b/);


sub audio { return $m->admin('GET', "audio/$_[0]") }


# one that hangs, all the while

my $hung = $http->start($http->compose('GET', '/_mock/audio/hang.wav'));

my $r = audio('fail.wav');
is($r->{status}, 500, "the machine's fault");
is($r->{json}{error}, 'no voice today', '... is told');
$r = audio('refused.wav');
is($r->{status}, 400, "the client's fault");
is($r->{json}{error}, 'no such thing', '... is told');
is(audio('mute.wav')->{status}, 500, 'without a word');
is(audio('empty.wav')->{status}, 500, 'without a byte');
is(audio('dies.wav')->{status}, 500, 'killed');
like(audio('dies.wav')->{json}{error}, qr/signal 11/, '... is told');
$r = audio('loud.wav');
is("$r->{status} $r->{body}", '200 RIFFloud', 'a warning is none of it');
is(audio('fail.wav')->{status}, 500, 'no failure is kept');

# connections are not held open by it

is(audio('fds.wav')->{body}, "0\n", 'it has no connection of ours');

my $s = $http->start($http->compose('GET', '/_mock/health'));
ok($http->finish($s, keep => 1)->{json}, 'an answer');
ok(IO::Select->new($s)->can_read(5), '... and the connection');
is(sysread($s, my $rest, 1), 0, '... is closed');


# too many at once, of clients that have gone

my @more = map {
    $http->start($http->compose('GET', "/_mock/audio/hang.wav?n=$_"))
} 1 .. 7;

ok((AsrHttp::wait_until(sub { audio('fail.wav')->{status} == 503 }, 20)),
   'no more than eight');
close $_ for @more;
is($m->admin('GET', 'health')->{status}, 200, 'the mock goes on');


# the end of its time

$r = $http->finish($hung, timeout => 60);
is($r->{status}, 504, 'one that hangs is ended');
ok((AsrHttp::wait_until(sub { audio('fail.wav')->{status} == 500 }, 60)),
   '... and there is room again');

my $last = $http->start($http->compose('GET', '/_mock/audio/hang.wav'));
$m->stop;
is($http->finish($last)->{status}, 0, 'the mock does not wait for it');

done_testing();
