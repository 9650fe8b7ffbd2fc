terraform {
  required_version = ">= 1.4"

  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}
