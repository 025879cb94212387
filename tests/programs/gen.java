import java.nio.file.*;

class gen {
	public static void main(String[] args) throws Exception {
		for (int i = 1; i <= 3; i++)
			System.out.println("L" + i);
		new java.io.FileInputStream("gate").read();
		System.out.println("L4");
		System.exit(7);
	}
}
