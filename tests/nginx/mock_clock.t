#!/usr/bin/perl

# The clock of a world: frozen, set and advanced; signatures are judged by it,
# and tasks expire by it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrIce;
use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $key = 'test-clock';
my $c = $m->client($key);
my $params = AsrClient::rec_task(encode_base64(wav_cut('0880', 0, 1200), ''));


sub clock { return $m->world($key, 'clock', @_) }


# set, frozen, advanced

my $t = clock({ freeze => \1, set => '2020-02-29T23:59:59Z' });
is($t->{now_ms}, 1583020799000, 'set by a date');
is($t->{now}, '2020-02-29T23:59:59.000Z', '... as it is shown');
is($t->{frozen}, JSON::PP::true, '... and frozen');
is(clock()->{now_ms}, 1583020799000, 'it stands still');
is(clock({ advance => '1s' })->{now}, '2020-03-01T00:00:00.000Z', 'advanced');
is(clock({ advance => $_->[0] })->{now_ms} - 1583020800000, $_->[1],
   "... by $_->[0]")
    for [500, 500], ['5m', 300500], ['36h', 129900500];
is(clock({ set => 1600000000000 })->{now_ms}, 1600000000000, 'set by a number');

my $before = time;
is(clock({ freeze => \0 })->{frozen}, JSON::PP::false, 'running');
my $now = clock()->{now_ms};
cmp_ok($now, '>=', 1600000000000, '... from there');
cmp_ok($now, '<=', 1600000000000 + 1000 * (time + 1 - $before),
       '... as fast as ours');
is($m->world('test-none', 'clock')->{offset_ms}, 0, "no other's has changed");

for ({ advance => 'soon' }, { set => 'yesterday' }, { freeze => 1 },
     { stop => \1 }, [], { advance => '-1h' })
{
    my $r = $m->admin('PUT', "worlds/$key/clock", $_);

    is($r->{status}, 400, AsrHttp::json_encode($_));
    isnt($r->{json}{error} // '', '', '... is told');
}

is($m->admin('DELETE', "worlds/$key/clock")->{status}, 405, 'it is there');


# signatures are judged by it

my $frozen = 1600000000;
clock({ freeze => \1, set => $frozen * 1000 });

my $r = $c->tc3('CreateRecTask', $params, timestamp => $frozen);
is(AsrClient::tc3_code($r), '', 'signed for its time');
$r = $c->tc3('CreateRecTask', $params, timestamp => $frozen - 290);
is(AsrClient::tc3_code($r), '', '... or some minutes before');

$r = $c->tc3('CreateRecTask', $params);
is(AsrClient::tc3_code($r), 'AuthFailure.SignatureExpire', 'signed now');
like($m->last_request($key)->{findings}[0]{words},
     qr/\b(\d+) (?:s|days?) ahead/, '... by how much it is off');

$r = $c->tc3('CreateRecTask', $params, timestamp => $frozen - 301);
is(AsrClient::tc3_code($r), 'AuthFailure.SignatureExpire', 'a second too old');
like($m->last_request($key)->{findings}[0]{words}, qr/\b301 s behind/,
     '... by so much');
like($r->{headers}{'x-mock-diagnosis'}, qr/got 1599999699, expected 1600000000/,
     '... in the header as well');

is(AsrClient::tc3_code($c->v1('CreateRecTask', { %$params, SourceType => 1 },
                              timestamp => $frozen)), '', 'the older one too');

my $ice = AsrIce->new($m->port, access_key_id => $key,
                      access_key_secret => $key);
$r = $ice->acs3('ListSmartJobs', {});
is($r->{json}{Code}, 'InvalidTimeStamp.Expired', "ice's");
$r = $ice->acs3('ListSmartJobs', {}, skew => $frozen - time);
is($r->{status}, 200, '... for its time');


# tasks expire by it

$m->set_plan($key, { progress => 'once' });

my $id = $c->tc3('CreateRecTask', $params, timestamp => $frozen)
           ->{json}{Response}{Data}{TaskId};

sub poll
{
    my $at = int(clock()->{now_ms} / 1000);

    return $c->tc3('DescribeTaskStatus', { TaskId => 0 + $id },
                   timestamp => $at)->{json}{Response};
}

is(poll()->{Data}{StatusStr}, 'success', 'done');
clock({ advance => '23h' });
is(poll()->{Data}{StatusStr}, 'success', 'there a day');
clock({ advance => '61m' });
is(poll()->{Error}{Code}, 'FailedOperation.NoSuchTask', '... and no longer');

$m->stop;

done_testing();
