#!/usr/bin/perl

# What clients get wrong, and what they are told: in the header of the reply,
# in the journal, and by the signature doctor.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrIce;
use AsrMemories;
use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $key = 'test-diagnosis';
my $c = $m->client($key);
my $mem = AsrMemories->new($m->port, $key);
my $ice = AsrIce->new($m->port, access_key_id => $key,
                      access_key_secret => $key);
my $small = encode_base64("\0" x 64, '');

$m->set_plan($key, { account => { limits => { map { $_ => 'off' } qw(u2.create
    u2.query u2.upload tencent.CreateRecTask tencent.DescribeTaskStatus
    memories.upload memories.transcriptions) } } });


# The reply of a request, the rule it broke, where, and more of it.

sub told
{
    my ($what, $r, $rule, $pointer, $more) = @_;
    my $entry = $m->last_request($key);
    my $header = $r->{headers}{'x-mock-diagnosis'} // '';
    my ($f) = grep { $_->{rule} =~ /^(?:$rule)$/ && $_->{pointer} eq $pointer }
              @{ $entry->{findings} };

    ok($f, "$what: $rule $pointer") or diag(join "\n", $header,
        map { "$_->{rule} $_->{pointer} $_->{got} | $_->{expected}" }
        @{ $entry->{findings} });
    like($header, qr/^[ -~]+ \($entry->{id}\)$/, '... in a header');
    cmp_ok(length $header, '<=', 512, '... of a length');
    like("$f->{got} | $f->{expected} | $f->{words} | $f->{hint}", $more,
         '... by its values') if $more && $f;

    return $f;
}


sub rec
{
    my ($fields, %opt) = @_;

    return $c->tc3('CreateRecTask', AsrClient::rec_task($small, %$fields),
                   %opt);
}


# u2

told('no model', $c->u2_create(1, { model => undef }), '[UD]-\S+', '/model');
told('a number as text', $c->u2_create(1, { sample_rate => '16000' }),
     '[UD]-\S+', '/sample_rate');
told('text that is no JSON', $c->u2('POST', AsrClient::TASKS, "{'file_id':1}"),
     '[UD]-\S+', '', qr/column 2/);
told('no such path', $c->u2('GET', '/v1/audio/asr/task/1'), 'U-022', '');
told('an upload that is no form', $c->u2('POST', '/v1/files/upload', 'x' x 10,
     type => 'multipart/form-data'), '[UD]-\S+', 'header:Content-Type');


# tencent

told('three channels', rec({ ChannelNum => 3 }), 'T-005', '/ChannelNum',
     qr/^3 \| /);
told('text for a number', rec({ ChannelNum => '1' }), '[TD]-\S+',
     '/ChannelNum');
told('a name in small letters', rec({ channelNum => 1 }), '[TD]-\S+',
     '/channelNum', qr/ChannelNum/);
told('no engine', rec({ EngineModelType => '17k_zh' }), '[TD]-\S+',
     '/EngineModelType', qr/17k_zh/);
told('no version', rec({}, no_version => 1), '[TD]-\S+',
     'header:X-TC-Version');
told('an action unknown', $c->tc3('CreateRecTasks', {}), '[TD]-\S+',
     'header:X-TC-Action', qr/CreateRecTasks/);


# memories, ice

told('no asset', $mem->call('POST', '/transcriptions/async-generate-audio',
     { asset => 're:1' }), '[MD]-\S+', '/asset_id');
told('Bearer before the key', $mem->async('x', {}, key => "Bearer $key"),
     '[SMD]-\S+', 'header:Authorization');
told('no file', $ice->acs3('SubmitASRJob', {}), '[ID]-\S+', '?InputFile');
told('a version of another', $ice->acs3('ListSmartJobs', {},
     version => '2020-11-10'), '[ID]-\S+', 'header:x-acs-version',
     qr/2020-11-10/);


# what is right has nothing said of it

my $r = $c->u2_file(wav_cut('0880', 0, 1200));
$r = $c->u2_create($r);
is($r->{headers}{'x-mock-diagnosis'}, undef, 'nothing to say');
is($m->last_request($key)->{verdict}, 'ok', '... at all');


# the signature doctor

sub doctor
{
    my ($what, $r, $mistake) = @_;
    my $entry = $m->last_request($key);
    my $d = $entry->{doctor};

    like(AsrClient::tc3_code($r), qr/^AuthFailure/, $what);
    is($d->{mistake}, $mistake, '... is named');
    is($entry->{findings}[0]{rule}, $mistake, '... first of all');
    like($r->{headers}{'x-mock-diagnosis'}, qr/^$mistake /,
         '... in the header');

    return $d;
}

doctor('signed for another host', rec({}, signed_host => 'localhost'),
       'S-host-local');
doctor('a host with a port', rec({}, host => 'asr.tencentcloudapi.com',
       signed_host => 'asr.tencentcloudapi.com:443'), 'S-host-port');
doctor('a secret with a space', rec({}, secret => "$key "), 'S-secret-blank');
my $d = doctor('another body than was sent', rec({}, signed_body => '{}'),
               'S-body-object');
like(AsrHttp::json_encode($d), qr/TC3-HMAC-SHA256/, '... side by side');

$r = rec({}, secret => 'something else altogether');
is($m->last_request($key)->{doctor}{mistake}, 'S-unknown',
   'what nothing explains');

$m->stop;


# a key that is nobody's is seen in the world of nobody

$m = AsrMock->new;
$c = $m->client($key);
$r = $c->u2_poll(1, bearer => "\"$key\"");
like($r->{headers}{'x-mock-diagnosis'}, qr/^S-bearer-quoted /, 'in quotes');
is($m->last_request('_')->{doctor}{mistake}, 'S-bearer-quoted', '... named');
$m->stop;


# lenient: what is optional and wrong passes, and is told

$m = AsrMock->new('--lenient');
$c = $m->client($key);
$r = rec({ SpeakerDiarization => 7 });
is(AsrClient::tc3_code($r), '', 'lenient');
my ($f) = grep { $_->{pointer} eq '/SpeakerDiarization' }
          @{ $m->last_request($key)->{findings} };
is($f->{severity}, 'error', '... but it is an error');
like($r->{headers}{'x-mock-diagnosis'}, qr{/SpeakerDiarization}, '... told');
isnt(AsrClient::tc3_code(rec({ EngineModelType => undef })), '',
     'what is needed is needed');

$m->set_plan($key, { strict => \1 });
isnt(AsrClient::tc3_code(rec({ SpeakerDiarization => 7 })), '',
     'strict by its plan');

$m->stop;

done_testing();
