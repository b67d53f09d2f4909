# SPDX-License-Identifier: Apache-2.0
# Many allocations from few call sites for heaptrack: orders.pl COUNT. The recording compresses about 2400:1, which
# a guard against decompression bombs must not refuse. Keeps the last 2000 orders, and each 400th for ever (the leak).
use strict;
use warnings;

my $count = shift or die "usage: orders.pl COUNT\n";
my (%open, @leaked);

sub order {
    my ($number) = @_;
    return {
        id    => $number,
        name  => "order-$number",
        lines => [ map { { sku => $_, quantity => $number % 7 } } 1 .. 3 ],
    };
}

for my $number (1 .. $count) {
    my $order = order($number);
    $open{$number} = $order;
    delete $open{ $number - 2000 };
    push @leaked, $order if $number % 400 == 0;
}
print scalar(keys %open), " open, ", scalar(@leaked), " kept\n";
