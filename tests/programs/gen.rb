(1..3).each { |i| puts "L#{i}" }
File.read('gate')
puts 'L4'
exit 7
