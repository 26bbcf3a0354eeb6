#!/usr/bin/perl

# /_mock/audio/: what is generated, how it is delivered, and what becomes of
# tasks that fetch it.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $c = $m->client('test-audio');


sub audio
{
    my ($name, %opt) = @_;

    return $m->admin($opt{method} // 'GET', "audio/$name", undef, %opt);
}


# types

my %types = (
    wav => ['audio/wav', qr/\ARIFF/], mp3 => ['audio/mpeg', qr/\A(?:ID3|\xff)/],
    flac => ['audio/flac', qr/\AfLaC/], ogg => ['audio/ogg', qr/\AOggS/],
    opus => ['audio/ogg', qr/\AOggS/], m4a => ['audio/mp4', qr/\A....ftyp/s],
    aac => ['audio/aac', qr/\A\xff[\xf0-\xff]/],
    pcm => ['application/octet-stream', qr/\A./s],
);

for my $ext (sort keys %types) {
    my $r = audio("tone.$ext?seconds=1");

    is("$r->{status} $r->{headers}{'content-type'}", "200 $types{$ext}[0]",
       "type of $ext");
    like($r->{body}, $types{$ext}[1], '... and contents');
}


# the same call, the same bytes

my $one = audio('noise.wav?seconds=1&rate=8000');
is($one->{headers}{'content-length'}, length $one->{body}, 'whole');
is(length $one->{body}, 44 + 16000, 'as long as it was asked for');
is(audio('noise.wav?seconds=1&rate=8000')->{body}, $one->{body}, 'once more');

my %seen;
$seen{ sha256_hex(audio("tone.wav?seconds=0.1&freq=" . 200 * $_)->{body}) } = 1
    for 1 .. 35;
is(scalar keys %seen, 35, '35 others');
is(sha256_hex(audio('noise.wav?seconds=1&rate=8000')->{body}),
   sha256_hex($one->{body}), 'and once more, made anew');


# ranges, HEAD

my $r = audio('noise.wav?seconds=1&rate=8000',
              headers => ['Range', 'bytes=44-47']);
is($r->{status}, 206, 'a range');
is($r->{body}, substr($one->{body}, 44, 4), '... of it');
$r = audio('noise.wav?seconds=1&rate=8000',
           headers => ['Range', 'bytes=99999-']);
is($r->{status}, 416, 'a range outside');

my $http = AsrHttp->new($m->port);
$r = $http->request('HEAD', '/_mock/audio/noise.wav?seconds=1&rate=8000');
is("$r->{status} $r->{headers}{'content-length'} $r->{body}",
   '200 16044 ', 'HEAD');
is(audio('tone.wav', method => 'POST')->{status}, 405, 'nothing to post');


# delivery

$r = audio('noise.wav?seconds=1&rate=8000&truncate=100');
is($r->{headers}{'content-length'}, 16044, 'it says how much there would be');
is(length $r->{body}, 100, '... and ends before');
$r = audio('tone.wav?seconds=1&truncate=0');
is($r->{body}, '', '... at once');

is(audio('tone.wav?seconds=1&type=text/html')->{headers}{'content-type'},
   'text/html', 'a wrong type');
$r = audio('tone.wav?seconds=1&type=a%0d%0aX-Evil:%20yes');
is($r->{headers}{'x-evil'}, undef, '... and no other header');
is(audio("tone.wav?status=$_")->{status}, $_, "status $_") for 403, 404, 503;

$r = audio('noise.wav?seconds=1&rate=8000&slow=1000000');
is($r->{body}, $one->{body}, 'slowly, but all of it');

my $n = 0;
my $path = 'noise.wav?redirect=3&seconds=1&rate=8000';

for ($r = audio($path); $r->{status} == 302 && $n < 10; $r = audio($path)) {
    $n++;
    $path = $r->{headers}{location} =~ s{\A.*/_mock/audio/}{}r;
}

is($n, 3, 'three redirects');
is($r->{body}, $one->{body}, '... to it');


# what cannot be, and why

for (['tone.xyz', 'xyz'], ['tone', '.'], ['nothing.wav', 'nothing'],
     ['tone.wav?rate=1', 'rate'], ['tone.wav?seconds=-1', 'seconds'],
     ['tone.wav?colour=red', 'colour'], ['tone.mp3?rate=12345', 'rate'],
     ['tone.wav?channels=99', 'channels'])
{
    $r = audio($_->[0]);
    is($r->{status}, 400, "$_->[0]");
    like($r->{json}{error} // '', qr/\Q$_->[1]\E/, '... is told');
}

is(audio('tone.wav?text=' . 'x' x 5000)->{status}, 414, 'too long a query');


# clients that go while it is made

for (1 .. 20) {
    my $s = $http->start($http->compose('GET',
                "/_mock/audio/speech.wav?seconds=20&text=gone+$_"));
    close $s;
}

AsrHttp::wait_until(sub { audio('tone.wav?seconds=0.2')->{status} == 200 }, 20);
is(audio('tone.wav?seconds=0.2')->{status}, 200, 'nobody misses them');


# tasks that fetch it

sub task
{
    my ($name) = @_;
    my $t = $c->tc3('CreateRecTask', AsrClient::rec_task('', SourceType => 0,
                Data => undef, Url => $m->url . "/_mock/audio/$name"));
    my $data = $c->tc3_wait($t->{json}{Response}{Data}{TaskId}, 30 * slow())
                 ->{json}{Response}{Data};

    return ($data->{StatusStr}, $data->{Result}, $data->{ErrorMsg});
}

$m->set_plan('test-audio', { account => { limits => {
    'tencent.CreateRecTask' => 'off', 'tencent.DescribeTaskStatus' => 'off'
} } });

my ($state, $text) = task('say-hello-world.wav');
is($state, 'success', 'a task of it');
like($text, qr/hello world/, '... hears what is said');
is((task('say-hello-world.mp3'))[0], 'success', 'as MP3');
is((task('say-hello-world.wav?slow=2000000'))[0], 'success', 'slowly');
is((task('say-hello-world.wav?type=text/html'))[0], 'success',
   'of whatever type');
is((task('say-hello-world.wav?redirect=2'))[0], 'success', 'redirected');

for (['say-hello-world.wav?redirect=50', 'redirected for ever'],
     ['say-hello-world.wav?truncate=5000', 'cut'],
     ['say-hello-world.wav?status=404', 'not there'],
     ['say-hello-world.wav?status=503', 'out of order'])
{
    my ($how, undef, $why) = task($_->[0]);
    is($how, 'failed', $_->[1]);
    like($why, qr/Failed to download|down/i, '... is told');
}

$m->stop;

done_testing();
