#!/usr/bin/perl

# The admin API's manners: what a path is not for is refused, and said.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $c = $m->client('test-admin');
my $w = 'worlds/test-admin';

my %paths = (
    health => 'GET',
    codes => 'GET',
    rules => 'GET',
    report => 'GET',
    events => 'GET',
    worlds => 'GET',
    $w => 'GET, DELETE',
    "$w/plan" => 'GET, PUT, PATCH',
    "$w/faults" => 'GET, POST, DELETE',
    "$w/limits" => 'GET, DELETE',
    "$w/callbacks" => 'GET',
    "$w/clock" => 'GET, PUT, POST',
    "$w/report" => 'GET',
    "$w/tasks" => 'GET',
    "$w/tasks/1" => 'GET, POST',
    "$w/tasks/1/audio" => 'GET',
    "$w/requests" => 'GET, DELETE',
    "$w/requests/1" => 'GET',
    "$w/requests/count" => 'GET',
    "$w/requests/wait" => 'GET',
    "$w/requests/verify" => 'POST',
    "$w/requests.har" => 'GET',
    "$w/requests.curl" => 'GET',
    "$w/requests.jsonl" => 'GET',
);

for my $path (sort keys %paths) {
    my %can = map { $_ => 1 } split /, /, $paths{$path};

    for my $method (grep { !$can{$_} } qw(GET POST PUT PATCH DELETE)) {
        my $r = $m->admin($method, $path, $method eq 'GET' ? undef : '{}');

        is("$r->{status} " . ($r->{headers}{allow} // ''),
           "405 $paths{$path}", "$method $path");
        like($r->{json}{error}, qr/^not by $method/, 'and why');
    }
}

is($m->admin('HEAD', 'health')->{status}, 200, 'HEAD is GET');
is($m->admin('GET', "$w/tasks")->{status}, 200, 'nothing was done');

my $r = $m->admin('PUT', "$w/plan", { end => { fail => 'nonsense' } });
is($r->{status}, 400, 'a code that no task ends with');
like($r->{json}{error}, qr/"fail".*codes/, 'is refused with a reason');
is($m->admin('PUT', "$w/plan", { end => { fail => $_ } })->{status}, 200,
   "a task may fail with $_")
    for qw(too_short format FailedOperation.ErrorRecognize);


# a reload would end what the process has in hand

is(kill('HUP', $m->nginx), 1, 'a SIGHUP to nginx itself');

for (1 .. 3) {
    $r = $m->admin('GET', "$w/plan");
    is($r->{json}{end}{fail}, 'FailedOperation.ErrorRecognize',
       'is nothing to it');
    ok(($c->parallel($c->u2_bytes('GET', AsrClient::TASKS . '/1')))[0]
         ->{json}{base_resp}{status_code}, 'calls are answered as ever');
}

$m->stop;

done_testing();
