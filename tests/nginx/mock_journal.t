#!/usr/bin/perl

# The journal: what can be asked of it, what it waits for, what it exports,
# and that none of it has a secret in it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrHttp qw(json_decode);
use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $key = 'test-journal';
my $c = $m->client($key);
my $small = encode_base64("\0" x 64, '');


sub ids
{
    my ($query) = @_;

    return join ' ', map { $_->{id} }
                     @{ $m->world($key, "requests?$query")->{requests} };
}


sub verify
{
    my ($data) = @_;

    return $m->admin('POST', "worlds/$key/requests/verify", $data);
}


# list and filters

$c->u2_poll(7);
$c->tc3('CreateRecTask', AsrClient::rec_task($small, ChannelNum => 3));
$c->tc3('CreateRecTask', AsrClient::rec_task($small));
$c->u2('GET', '/v1/nosuch');

is(ids(''), '1 2 3 4', 'in their order');
is(ids('limit=2'), '3 4', 'the last ones');
is(ids('since=1&limit=2'), '2 3', 'those after one');
is(ids('api=tencent'), '2 3', 'by API');
is(ids('operation=CreateRecTask'), '2 3', 'by operation');
is(ids('operation=u2.*'), '1 4', '... with a star');
is(ids('code=InvalidParameterValue'), '2', 'by code');
is(ids('status=404'), '4', 'by status');
is(ids('verdict=ok'), '3', 'by verdict');
is(ids('rule=U-022'), '4', 'by rule');
is(ids('method=GET&path=/v1/no*'), '4', 'by method and path');
is($m->world($key, 'requests/count?verdict=refused')->{count}, 3, 'a count');

my $r = $m->admin('GET', "worlds/$key/requests?operatoin=x");
is($r->{status}, 400, 'a name it does not know');
like($r->{json}{error}, qr/operatoin/, '... is told');
is($m->admin('GET', "worlds/$key/requests?status=many")->{status}, 400,
   'a value that cannot be');


# one

my $one = $m->world($key, 'requests/2');
is($one->{code}, 'InvalidParameterValue', 'its code');
is($one->{method} . $one->{target}, 'POST/', 'its line');
is(json_decode($one->{body})->{ChannelNum}, 3, 'its body');
is(json_decode($one->{reply})->{Response}{Error}{Code},
   'InvalidParameterValue', 'its reply');
like($one->{body_sha256}, qr/^[0-9a-f]{64}$/, 'its digest');
is(scalar(grep { $_->{name} eq 'X-TC-Action' } @{ $one->{headers} }), 1,
   'its headers');
is($m->admin('GET', "worlds/$key/requests/$_")->{status}, 404, "no $_")
    for 99, 0, -1, 'x', '2/x', '99999999999999999999';
is($m->admin('GET', "worlds/test-other/requests/2")->{status}, 404,
   "no other world's");


# verify

is(verify({ match => { operation => 'CreateRecTask' }, count => 2 })
   ->{status}, 200, 'it holds');
is(verify({ match => { operation => 'CreateRecTask',
                       body => { '/ChannelNum' => 3 } } })->{json}{count}, 1,
   'of what is in the body');
$r = verify({ match => { operation => 'CreateRecTask',
                         body => { '/ChannelNum' => 2 } }, at_least => 1 });
is($r->{status}, 409, 'it does not hold');
is($r->{json}{ok}, JSON::PP::false, '... and says so');
my $near = $r->{json}{nearest}[0];
is($near->{request}{operation}, 'CreateRecTask', '... with what is nearest');
is_deeply($near->{failed}, [{ criterion => '/ChannelNum',
                              got => $near->{failed}[0]{got},
                              expected => '2' }], '... and why it is not it');
is(verify({ match => { verdict => 'refused' }, at_most => 2 })->{status}, 409,
   'too many');
is(verify({ match => { verdict => 'faulted' }, at_most => 0 })->{status}, 200,
   'none');
is(verify($_)->{status}, 400, 'what is no verification')
    for '{', '[]', { match => { no => 1 } }, { count => -1 },
        { match => {}, count => 'two' };


# wait

sub waiting
{
    my ($query) = @_;
    my $http = AsrHttp->new($m->port);

    return ($http, $http->start($http->compose('GET',
        "/_mock/worlds/$key/requests/wait?$query")));
}

my ($http, $s) = waiting('operation=u2.upload&timeout=60');
$c->u2_poll(8);
$c->u2_file(wav_cut('0880', 0, 1200));
$r = $http->finish($s);
is($r->{status}, 200, 'it comes while it is waited for');
is($r->{json}{requests}[0]{operation}, 'upload', '... and is told');

($http, $s) = waiting('operation=u2.query&count=3&timeout=60');
$c->u2_poll(9);
$r = $http->finish($s);
is(scalar @{ $r->{json}{requests} }, 3, 'until there are so many');

$r = $m->admin('GET', "worlds/$key/requests/wait?code=none&timeout=1");
is($r->{status}, 408, 'it does not come');
is_deeply($r->{json}{requests}, [], '... and there is none');

for (1 .. 50) {
    my (undef, $gone) = waiting('code=none&timeout=60');
    close $gone;
}

is($m->world($key, 'requests/count')->{count}, 7, 'clients that go, go');


# exports

my $har = $m->admin('GET', "worlds/$key/requests.har?api=tencent")->{json}{log};
is($har->{version}, '1.2', 'HAR');
is(scalar @{ $har->{entries} }, 2, '... of what is asked for');
my $e = $har->{entries}[0];
like($e->{startedDateTime}, qr/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, '... when');
is($e->{request}{url}, $m->url . '/', '... whereto');
is($e->{response}{status}, 200, '... with what outcome');
is(json_decode($e->{request}{postData}{text})->{ChannelNum}, 3, '... its body');
is_deeply([ map { exists $e->{$_} } qw(cache timings time) ], [1, 1, 1],
          '... and what else it must have');

my @curl = grep { /^curl / } split /\n/,
    $m->admin('GET', "worlds/$key/requests.curl")->{body};
is(scalar @curl, 7, 'a line of curl each');
my $body = `$curl[3] -s`;
like($body, qr/100002/, '... that can be run');
is($m->world($key, 'requests/count')->{count}, 8, '... and is a request');

my @lines = split /\n/,
    $m->admin('GET', "worlds/$key/requests.jsonl?since=2&limit=2")->{body};
is(join(' ', map { json_decode($_)->{id} } @lines), '3 4', 'lines of JSON');
is($m->admin('GET', "worlds/$key/requests.xml")->{status}, 404, 'no XML');


# what goes

is($m->admin('DELETE', "worlds/$key/requests")->{status}, 204, 'emptied');
is(ids(''), '', '... it is');
$c->u2_poll(1);
cmp_ok(ids(''), '>', 8, 'ids go on');

$m->stop;

done_testing();
