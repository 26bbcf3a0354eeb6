package AsrSpeechTalk;

# Conversations: who speaks when, of one channel and of one channel for each
# speaker.

use strict;
use warnings;

use AsrSpeechScore qw(word_errors_by_set inside speaker_error rate);
use AsrSpeechWords qw(words);

use constant WAIT => 7200;               # s
use constant ALIGN_MAX => 2e7;           # words by words


# Mono, when asked for with speakers too.

sub recognise
{
    my ($gateway, $speakers, @talks) = @_;

    for my $talk (grep { defined $_->{mono} } @talks) {
        $talk->{task} = $gateway->speakers($talk->{mono}, 0);
        $talk->{known} = $gateway->speakers($talk->{mono},
                                            speakers(@{ $talk->{turns} }))
            if $speakers;
    }

    $gateway->finish(WAIT, grep { $_ } map { @$_{qw(task known)} } @talks);
}


sub speakers
{
    my %who = map { $_->{who} => 1 } @_;

    return scalar keys %who;
}


# Turns of a task, which are its sentences, by speaker or by channel.

sub turns
{
    my ($task, $by) = @_;

    return map { { from => $_->{from} / 1000, to => $_->{to} / 1000,
                   who => 'h' . ($_->{$by} // 'none') } }
           @{ $task->{sentences} // [] };
}


sub speaker_row
{
    my ($bench, $name, $talk, $task, $by) = @_;
    my @turns = turns($task, $by);
    my $e = speaker_error($talk->{turns}, \@turns);

    $bench->{report}->failed($name, $task);

    return [$name, speakers(@{ $talk->{turns} }), speakers(@turns),
            ['%.1f', $e->{error}], ['%.2f', $e->{scored}],
            map { ['%.2f', $e->{$_}] } qw(miss false confused)];
}


sub in_a_turn
{
    my ($word, @turns) = @_;

    return grep { inside(1000 * $_->{from}, 1000 * $_->{to}, $word) } @turns;
}


# Words of a channel against what is said on it, and against what is said on
# the others; its words at times when only others speak.

sub channel_row
{
    my ($talk, $task, $channel) = @_;
    my (%ref, %turns);

    for my $turn (@{ $talk->{said} }) {
        my $whose = $turn->{channel} eq $channel ? 'own' : 'other';

        push @{ $turns{$whose} }, $turn;
        push @{ $ref{$whose} }, @{ $turn->{words} };
    }

    my @sentences = grep { $_->{channel} eq $channel }
                    @{ $task->{sentences} // [] };
    my @heard = map { @{ $_->{words} } } @sentences;
    my @hyp = map { words($_->{text}) } @sentences;
    my $score = word_errors_by_set(map { {
        set => $_, ref => $ref{$_}, hyp => \@hyp
    } } grep { $ref{$_} && @{ $ref{$_} } * @hyp < ALIGN_MAX } qw(own other));
    my $astray = grep { !in_a_turn($_, @{ $turns{own} // [] })
                        && in_a_turn($_, @{ $turns{other} // [] }) } @heard;

    return ["$talk->{name} channel $channel",
            scalar @{ $ref{own} // [] }, scalar @hyp,
            (map { $score->{$_} ? rate($score->{$_}) : undef } qw(own other)),
            $astray];
}


sub measure
{
    my ($bench) = @_;
    my ($gateway, $report) = @$bench{qw(gateway report)};
    my (@rows, @channels);

    for my $talk (@{ $bench->{data}{conversations} }) {
        my $name = $talk->{name};

        push @rows, speaker_row($bench, "$name automatic", $talk,
                                $talk->{task}, 'speaker'),
                    speaker_row($bench, "$name count given", $talk,
                                $talk->{known}, 'speaker')
            if $talk->{task};

        next if !defined $talk->{stereo};

        my $task = $gateway->tencent(file => $talk->{stereo}, fields => {
            EngineModelType => '8k_en', ChannelNum => 2 });
        my %channels = map { $_->{channel} => 1 } @{ $talk->{said} };

        $gateway->finish(WAIT, $task);
        push @rows, speaker_row($bench, "$name stereo", $talk, $task,
                                'channel');
        push @channels, map { channel_row($talk, $task, $_) }
                        sort keys %channels;
    }

    $report->add('speakers', 'Diarization error (md-eval.pl, collar 0.25 s)',
        ['', 'speakers', 'found', 'DER %', 'scored s', 'miss s', 'false s',
         'confused s'], \@rows, 'Turns are the sentences of the reply.');
    $report->add('speakers', 'Stereo: each channel against what is said on it',
        ['', 'words', 'heard', 'wer%', "wer% of other's", "at other's time"],
        \@channels,
        'At other\'s time: words heard when only the other channels speak, '
        . 'give or take 0.25 s.')
        if @channels;
}


1;
