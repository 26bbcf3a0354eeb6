#!/usr/bin/perl

# Subtitles by content negotiation from every API's query, and that whoever
# does not name them gets the JSON that it always got.  Text as it is written,
# joined of its words.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrClient;
use AsrHttp qw(json_decode);
use AsrIce;
use AsrMemories;
use AsrTest;

my @pop = (access_key_id => 'LTAIdemo', access_key_secret => 'topsecret-1');
my $accounts = AsrTest::default_accounts();
push @{ $accounts->{accounts}[0]{keys} }, {@pop};
$accounts->{accounts}[0]{webhook} = 'https://hook.example/asr';

my $t = AsrTest->new(accounts => $accounts);
mkdir "$t->{prefix}/media";
$t->write_file('media/speech', speech_file('0870'));
$t->write_file('names', "Friday\nNorland\n");

$t->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    asr_media %%PREFIX%%/media/;
    asr_names %%PREFIX%%/names;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location /serve/api/v2/ { asr memories; }
        location / { asr tencent ice; }
    }
}
EOF

my $c = $t->client;
my $i = AsrIce->new($t->port, @pop);
my $m = AsrMemories->new($t->port, $c->account->{bearer});
my $wav = speech_file('0870');
my %subtitles;


# The words of subtitles; dies of what is none.

sub words_of
{
    my ($kind, $body) = @_;
    my $time = $kind eq 'vtt' ? qr/\d\d:\d\d:\d\d\.\d{3}/
                              : qr/\d\d:\d\d:\d\d,\d{3}/;
    my @words;

    if ($kind eq 'vtt') {
        $body =~ s/\AWEBVTT\n\n// or die "no WEBVTT: $body";
    }

    for my $cue (split /\n\n/, $body) {
        my @lines = split /\n/, $cue;

        shift @lines if $kind eq 'srt';
        die "not a cue: $cue" unless @lines >= 2 && @lines <= 3
            && shift(@lines) =~ /\A$time --> $time\z/;
        push @words, map { split ' ' } @lines;
    }

    return join ' ', @words;
}


# query: a request with these headers; text: what its JSON says.

sub negotiates
{
    my ($api, $query, $text) = @_;
    my $json = $query->();
    my $want = $text->($json->{json});

    like($want, qr/^[A-Z].* /, "$api: a text");

    for my $accept ('*/*', 'application/json', 'text/html;q=0.9, */*',
                    '*/*, text/vtt;q=0.5', 'text/*')
    {
        my $r = $query->('Accept', $accept);

        is($r->{headers}{'content-type'}, $json->{headers}{'content-type'},
           "$api: $accept is JSON");
        is($text->($r->{json}), $want, "$api: $accept: the same");
    }

    for my $case (['text/vtt', 'vtt', 'text/vtt'],
                  ['text/srt', 'srt', 'application/x-subrip'],
                  ['application/x-subrip', 'srt', 'application/x-subrip'],
                  ['text/vtt, */*;q=0.1', 'vtt', 'text/vtt'])
    {
        my ($accept, $kind, $type) = @$case;
        my $r = $query->('Accept', $accept);

        is($r->{status}, 200, "$api: $accept: 200");
        is($r->{headers}{'content-type'}, "$type; charset=utf-8",
           "$api: $accept: its type");
        is(eval { words_of($kind, $r->{body}) } // $@, $want,
           "$api: $accept: the words");
        $subtitles{$kind}{ $r->{body} } = 1;
    }

    return;
}


# u2

my $file = $c->u2_file($wav);
my $task = $c->u2_create($file, { word_info => JSON::PP::true })
             ->{json}{task_id};
my $r = $c->u2_poll($task, headers => ['Accept', 'text/vtt']);

is($r->{headers}{'content-type'}, 'application/json',
   'u2: not done yet, its JSON');

$r = $c->u2_wait($task, 60 * slow());

for my $s (@{ $r->{json}{results} }) {
    is(join(' ', map { $_->{text} } @{ $s->{words} }), $s->{text},
       'u2: the words are the text');
    like($s->{text}, qr/^[A-Z].*[.?]$/, 'u2: a sentence');
}

negotiates('u2', sub { $c->u2_poll($task, headers => [@_]) },
           sub { join ' ', map { $_->{text} } @{ $_[0]{results} } });

my $bad = $c->u2_create($c->u2_file("RIFF\x24\x00\x00\x00WAVEnonsense" x 20))
            ->{json}{task_id};
$c->u2_wait($bad, 60 * slow());
$r = $c->u2_poll($bad, headers => ['Accept', 'text/vtt']);
is($r->{json}{status}, 'Failed', 'u2: of a failed task its JSON');

$r = $c->u2_poll('999999', headers => ['Accept', 'text/vtt']);
is($r->{headers}{'content-type'}, 'application/json', 'u2: so of no task');

# tencent: SDKs send Accept: */*

$r = $c->tc3('CreateRecTask',
             AsrClient::rec_task(encode_base64($wav, ''), ResTextFormat => 2));
$task = $r->{json}{Response}{Data}{TaskId};
$r = $c->tc3_wait($task, 60 * slow());

for my $s (@{ $r->{json}{Response}{Data}{ResultDetail} }) {
    is(join(' ', map { $_->{Word} } @{ $s->{Words} }), $s->{FinalSentence},
       'tencent: the words are the sentence');
    is($s->{WordsNum}, scalar @{ $s->{Words} }, 'tencent: WordsNum');
    is($s->{FinalSentence} =~ s/[,.?](?= |\z)//gr, $s->{SliceSentence},
       'tencent: SliceSentence');
}

negotiates('tencent',
           sub { $c->tc3('DescribeTaskStatus', { TaskId => 0 + $task },
                         headers => [@_]) },
           sub { join ' ', map { s/^\[.*?\]  //r } split /\n/,
                      $_[0]{Response}{Data}{Result} });

# memories

$task = $m->async($m->asset($wav))->{json}{data}{task_id};
$m->wait_task($task, 60 * slow());

negotiates('memories',
           sub { $m->call('GET', "/task/$task", undef, headers => [@_]) },
           sub { AsrMemories::text($_[0]{data}{result}{data}{data}) });

# ice: its segments end with a mark only for who gave a length

$r = $i->acs3('SubmitASRJob', { InputFile => 'speech', EditingConfig =>
                                '{"SentenceMaxLength":50}' });
$task = $r->{json}{JobId};
$i->wait_job($task, 60 * slow());

my $said = sub { join ' ', map { $_->{content} }
                      @{ json_decode($_[0]{Output}) } };
my $query = sub {
    my ($job, @h) = @_;

    return $i->v1('GetSmartHandleJob', { JobId => $job },
                  headers => @h ? "$h[0]: $h[1]\r\n" : '');
};

my $lines = $query->($task);
is(scalar(grep { length $_->{content} > 50 }
          @{ json_decode($lines->{json}{Output}) }), 0, 'ice: short lines');

my %before = map { $_ => { %{ $subtitles{$_} } } } keys %subtitles;
negotiates('ice', sub { $query->($task, @_) }, $said);
%subtitles = %before;                    # of lines, not of sentences

$r = $i->acs3('SubmitASRJob', { InputFile => 'speech' });
$task = $r->{json}{JobId};
$r = $i->wait_job($task, 60 * slow());
unlike($said->($r->{json}), qr/[.?]$/, 'ice: no mark at the end');
$subtitles{vtt}{ $query->($task, 'Accept', 'text/vtt')->{body} } = 1;

is(join(' ', map { scalar keys %{ $subtitles{$_} } } qw(srt vtt)), '1 1',
   'the same subtitles from all APIs');

$t->stop;
done_testing();
