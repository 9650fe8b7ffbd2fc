terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

output "created" {
  value = formatdate("D MMMM YYYY", provider::maas::rfc3339("1680746333000"))
}
