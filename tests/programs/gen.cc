// As gen.c. NOSYNC: with the streams cut off from stdio, as many programs do for speed.
#include <fstream>
#include <iostream>
#include <string>

int
main()
{
	std::string line;

#ifdef NOSYNC
	std::ios::sync_with_stdio(false);
#endif
	for (int i = 1; i <= 3; i++)
		std::cout << "L" << i << "\n";
	std::ifstream gate("gate");
	std::getline(gate, line);
	std::cout << "L4\n";
	return 7;
}
