foreach i {1 2 3} { puts "L$i" }
gets [open gate]
puts L4
exit 7
