package main

import (
	"fmt"
	"os"
)

func main() {
	for i := 1; i <= 3; i++ {
		fmt.Printf("L%d\n", i)
	}
	os.ReadFile("gate")
	fmt.Println("L4")
	os.Exit(7)
}
