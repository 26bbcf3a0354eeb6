package AsrSpeechTable;

# Tables: printed as they come, and kept for a file of JSON.

use strict;
use warnings;

use JSON::PP ();
use List::Util qw(max);


sub new { return bless { sections => {}, failed => {} }, $_[0] }


# A task that has an error is told under the next table.

sub failed
{
    my ($self, $what, $task) = @_;

    $self->{failed}{"$what: $task->{error}"}++ if defined $task->{error};
}


# A cell is text, undef (shown as "-"), or [format, number].

sub show
{
    my ($cell) = @_;

    return '-' if !defined $cell;
    return $cell if ref $cell ne 'ARRAY';

    return defined $cell->[1] ? sprintf($cell->[0], $cell->[1]) : '-';
}


sub value
{
    my ($cell) = @_;

    # rounded as it is shown, a number still

    $cell = defined $cell->[1] ? sprintf($cell->[0], $cell->[1]) : undef
        if ref $cell eq 'ARRAY';

    return defined $cell && $cell =~ /^-?\d+(?:\.\d+)?\z/ ? 0 + $cell : $cell;
}


# columns: names; the first is flush left, and so are those that begin with
# "<".  rows: lists of cells.  notes: lines under the table.

sub add
{
    my ($self, $section, $title, $columns, $rows, @notes) = @_;
    my $failed = delete $self->{failed};
    my @left = map { $_ == 0 || $columns->[$_] =~ /^</ ? 1 : 0 }
               0 .. $#$columns;
    my @names = map { s/^<//r } @$columns;
    my @text = (\@names, map { [map { show($_) } @$_] } @$rows);
    my @width = map { my $c = $_; max map { length($_->[$c] // '') } @text }
                0 .. $#names;

    $self->{failed} = {};
    unshift @notes, map { 'failed' . ($failed->{$_} == 1 ? ''
                                      : " $failed->{$_} times") . ": $_" }
                    sort keys %$failed;

    print "\n$title\n\n";

    for my $row (@text) {
        my $line = join '  ', map {
            sprintf $left[$_] ? '%-*s' : '%*s', $width[$_], $row->[$_] // ''
        } 0 .. $#names;

        print $line =~ s/\s+$//r, "\n";
    }

    print "\n" if @notes;
    print "$_\n" for @notes;

    push @{ $self->{sections}{$section} }, {
        title => $title, columns => \@names, notes => \@notes,
        rows => [map { my ($name, @cells) = @$_;
                       my %row;
                       @row{@names} = ($name, map { value($_) } @cells);
                       \%row } @$rows]
    };
}


sub write_json
{
    my ($self, $name, $settings) = @_;

    open my $f, '>:raw', $name or die "$name: $!\n";
    print $f JSON::PP->new->utf8->canonical->pretty->encode(
        { settings => $settings, sections => $self->{sections} });
    close $f or die "$name: $!\n";
}


1;
